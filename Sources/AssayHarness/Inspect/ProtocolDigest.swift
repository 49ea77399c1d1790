import AssayAttestation
import AssayCrypto

/// The digest that is equal for one evaluation across harness versions and containers, algorithm
/// `assay-protocol/1` (evaluations.md 5.4).
enum ProtocolDigest {
    /// Generation settings that lead to the same request: transport, and the seed.
    private static let transportSettings: Set<Text> = [
        "max_retries", "timeout", "attempt_timeout", "stream_idle_timeout", "max_connections",
        "adaptive_connections", "batch", "cache", "cache_prompt", "seed", "extra_headers",
    ]

    /// The limits of a sample.
    private static let limitNames: [Text] = [
        "message_limit", "token_limit", "turn_limit", "time_limit", "working_limit", "cost_limit",
    ]

    /// The digest of the protocol that a log followed over the items under `itemsRoot`.
    ///
    /// - Throws: `unexpected` for a setting that has no canonical form.
    static func digest(
        _ header: InspectHeader, _ samples: [InspectSample], itemsRoot: Digest
    ) throws(EvaluationLogError) -> Digest {
        let spec = header.spec
        let members: [JSONObject.Member] = [
            JSONObject.Member("task", .string(spec.taskName)),
            JSONObject.Member("taskVersion", spec.taskVersion.map(JSONValue.string) ?? .null),
            JSONObject.Member("itemsRoot", .string(itemsRoot.hex)),
            JSONObject.Member("solver", .array(header.plan.steps.map(step))),
            JSONObject.Member("scorers", .array(scorers(header))),
            JSONObject.Member("judges", .array(try judges(spec))),
            JSONObject.Member("generation", .object(generation(header))),
            JSONObject.Member("epochs", .count(spec.epochs)),
            JSONObject.Member("reducers", .array(spec.reducers.map(JSONValue.string))),
            JSONObject.Member("limits", .object(limits(spec))),
            JSONObject.Member("tools", .array(tools(samples).map(JSONValue.string))),
        ]
        do throws(JCSError) {
            return SHA256.hash(try JCS.serialize(finite(.object(JSONObject(members)))))
        } catch {
            throw .unexpected("log.plan")
        }
    }

    private static func step(_ step: InspectPlan.Step) -> JSONValue {
        ["solver": .string(step.solver), "params": step.parameters]
    }

    private static func scorers(_ header: InspectHeader) -> [JSONValue] {
        if let scorers = header.spec.scorers {
            return scorers.map { ["name": .string($0.name), "options": $0.options] }
        }
        // The oldest logs name their scorers only in the results.
        var names: [Text] = []
        for score in header.results?.scores ?? [] where !names.contains(score.scorer) {
            names.append(score.scorer)
        }
        return names.map { ["name": .string($0), "options": [:]] }
    }

    /// The models in other roles: what they are and how they generate, without where they run.
    private static func judges(_ spec: InspectSpec) throws(EvaluationLogError) -> [JSONValue] {
        var judges: [JSONValue] = []
        for role in spec.modelRoles.members.sorted(by: { $0.name < $1.name }) {
            var models: [JSONValue] = []
            for model in role.value.array ?? [role.value] {
                let object = try LogObject(model, "log.eval.model_roles")
                let settings = try object.object("config")?.members ?? JSONObject()
                models.append([
                    "model": .string(try object.requiredText("model")),
                    "generation": .object(withoutTransport(settings)),
                ])
            }
            judges.append(["role": .string(role.name), "models": .array(models)])
        }
        return judges
    }

    private static func generation(_ header: InspectHeader) -> JSONObject {
        withoutTransport(effectiveGeneration(header))
    }

    /// The settings in force: the run's over the model's own.
    static func effectiveGeneration(_ header: InspectHeader) -> JSONObject {
        let run = header.plan.settings
        let own = header.spec.modelSettings.members.filter {
            run[$0.name] == nil || run[$0.name] == .null
        }
        return JSONObject((own + run.members).filter { $0.value != .null })
    }

    private static func withoutTransport(_ settings: JSONObject) -> JSONObject {
        JSONObject(
            settings.members.filter {
                $0.value != .null && !transportSettings.contains($0.name)
            })
    }

    static func limits(_ spec: InspectSpec) -> JSONObject {
        JSONObject(
            limitNames.compactMap { name in
                guard let value = spec.config[name], value != .null else { return nil }
                return JSONObject.Member(name, value)
            })
    }

    /// The names of the tools that some sample's first model call offered.
    ///
    /// What later calls offer can depend on what the model did.
    static func tools(_ samples: [InspectSample]) -> [Text] {
        samples.reduce(into: Set<Text>()) { $0.formUnion($1.offeredTools) }.sorted()
    }

    /// `value` with numbers that JSON does not have as texts.
    private static func finite(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number) where !number.isJSON: return .string(number.lexeme)
        case .array(let elements): return .array(elements.map(finite))
        case .object(let object):
            return .object(
                JSONObject(object.members.map { JSONObject.Member($0.name, finite($0.value)) }))
        case .null, .bool, .number, .string: return value
        }
    }
}

extension InspectSpec {
    /// The task's name without the package that it comes from.
    var taskName: Text {
        guard let slash = task.utf8.lastIndex(of: UInt8(ascii: "/")),
            let name = Text(validating: task.utf8[(slash + 1)...])
        else { return task }
        return name
    }

    /// The package that the task comes from, if its name says so.
    var taskPackage: Text? {
        guard let slash = task.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return Text(validating: task.utf8[..<slash])
    }

    /// How often each sample ran.
    var epochs: UInt64 { config["epochs"]?.number?.count ?? 1 }

    /// How epochs were reduced; the mean where nothing else is said.
    var reducers: [Text] {
        guard let names = config["epochs_reducer"]?.array?.compactMap(\.text), !names.isEmpty
        else { return ["mean"] }
        return names
    }
}
