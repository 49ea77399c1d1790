import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayHarness

/// What an institute allows, withholds and declares beside its log.
struct AttestFlags: ParsableArguments {
    @Option(help: "The model, developer/name@snapshot; derived from the log without it.")
    var modelId: String?

    @Option(help: "The leaf hash of the registered protocol's entry.")
    var `protocol`: String?

    @Option(help: "How the run stands to that protocol.")
    var relation: Word<EvaluationResult.Relation>?

    @Option(help: "Members to withhold, JSON Pointers into the predicate, separated by commas.")
    var withhold: String?

    @Option(help: "Why they are withheld.")
    var reason: Word<WithheldItem.Reason>?

    @Flag(help: "Attest a run whose status is not success.")
    var allowStatus = false

    @Flag(help: "Attest a log that was invalidated after the run, or has invalidated samples.")
    var allowInvalidated = false

    @Flag(help: "Attest a log that holds its header alone.")
    var headerOnly = false

    @Flag(help: "Attest a run over a part of the data set.")
    var allowSubset = false

    @Flag(help: "Attest a run of source code with uncommitted changes.")
    var allowDirty = false

    @Flag(help: "Attest a log whose scores, tags or metadata were edited after the run.")
    var allowEdited = false

    @Option(help: "How much of the model could be seen.")
    var access: Word<EvaluationResult.AccessLevel>?

    @Option(help: "The state of the model's safeguards.")
    var safeguards = Word(EvaluationResult.Safeguards.on)

    @Flag(help: "The model was not yet released.")
    var preRelease = false

    @Option(help: "How the institute stands to the developer.")
    var relationship: Word<EvaluationResult.Relationship>?

    @Option(help: "Who paid.")
    var fundedBy: String?

    @Flag(help: "An agreement restricts what may be said.")
    var nda = false

    @Option(help: "The role of whoever authorised the statement.")
    var authorisedBy: String?

    @Option(help: "Who can get the log.")
    var availability = Word(EvaluationResult.Availability.withheld)

    func validate() throws {
        guard (withhold == nil) == (reason == nil) else {
            throw ValidationError("--withhold and --reason go together")
        }
    }

    /// The options for a statement on `ledger` with the salts of `secret`.
    func options(
        ledger: LedgerID, secret: SampleSecret
    ) throws(CommandFailure) -> AttestOptions {
        var options = AttestOptions(ledger: ledger, secret: secret)
        if let modelId {
            guard let id = ModelID(Text(modelId)) else {
                throw CommandFailure(
                    .usage, code: "model-malformed",
                    "\"\(modelId)\" is not of the form developer/name@snapshot")
            }
            options.model = .served(id)
        }
        if let reference = self.protocol {
            guard let digest = Digest(hex: reference.utf8) else {
                throw CommandFailure(
                    .usage, code: "reference-malformed",
                    "--protocol is the leaf hash of an entry, 64 lower-case hex digits")
            }
            options.protocolEntry = digest
        }
        options.relation = relation?.value
        options.allowances = allowances
        options.availability = availability.value
        if let access {
            options.access = .init(
                level: access.value, safeguards: safeguards.value, preRelease: preRelease)
        }
        if let relationship {
            options.independence = .init(
                relationship: relationship.value, fundedBy: fundedBy.map { Text($0) },
                reviewedBefore: [], nda: nda)
        }
        options.authorisedBy = authorisedBy.map { .init(role: Text($0)) }
        options.withheld = try withheldPlaces().map { place in
            WithheldItem(path: place, reason: reason?.value ?? .other)
        }
        return options
    }

    private var allowances: Set<AttestOptions.Allowance> {
        let given: [(Bool, AttestOptions.Allowance)] = [
            (allowStatus, .status), (allowInvalidated, .invalidated), (headerOnly, .headerOnly),
            (allowSubset, .subset), (allowDirty, .dirty), (allowEdited, .edited),
        ]
        return Set(given.filter(\.0).map(\.1))
    }

    /// The places to withhold; a leading slash may be left out.
    func withheldPlaces() throws(CommandFailure) -> [JSONPointer] {
        var places: [JSONPointer] = []
        for part in (withhold ?? "").split(separator: ",") {
            let text = part.hasPrefix("/") ? String(part) : "/" + part
            guard let place = JSONPointer(Text(text)), !place.isRoot else {
                throw CommandFailure(
                    .usage, code: "path-malformed",
                    "\"\(part)\" is not a JSON Pointer such as /results/0/value")
            }
            places.append(place)
        }
        return places
    }
}
