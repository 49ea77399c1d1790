package import AssayAttestation
package import AssayCrypto
import AssayLog

extension HTTPLimits {
    /// Reads limits from a configuration file; a limit that it does not name keeps its default.
    ///
    /// ```json
    /// {"requestSeconds": 30, "submissionsPerAddress": {"perSecond": 500, "burst": 16384}}
    /// ```
    /// A rate limit that is `null` is off.
    ///
    /// - Throws: ``ConfigurationError`` for a name that is unknown and a value of another kind.
    package init(_ json: JSONValue) throws(ConfigurationError) {
        self.init()
        guard let object = json.object else { throw .notAnObject }
        for member in object.members {
            let (name, value) = (member.name, member.value)
            switch name {
            case "submissionBytes": submissionBytesMax = try Self.count(name, value)
            case "batchBytes": batchBytesMax = try Self.count(name, value)
            case "batchLines": batchLinesMax = try Self.count(name, value)
            case "batchConcurrency": batchConcurrency = try Self.count(name, value)
            case "headerBytes": headerBytesMax = try Self.count(name, value)
            case "headerFields": headerFieldsMax = try Self.count(name, value)
            case "connections": connectionsMax = try Self.count(name, value)
            case "unreadBytes": unreadBytesMax = try Self.count(name, value)
            case "displacedSeconds": displacedAfter = .seconds(try Self.count(name, value))
            case "pageEntries": pageEntriesMax = try Self.count(name, value)
            case "requestSeconds": requestTimeout = .seconds(try Self.count(name, value))
            case "idleSeconds": idleTimeout = .seconds(try Self.count(name, value))
            case "stopSeconds": stopTimeout = .seconds(try Self.count(name, value))
            case "cosigningSeconds":
                cosigning.submissionWait = .seconds(try Self.count(name, value))
            case "readsPerAddress": readsPerAddress = try Self.rate(name, value)
            case "submissionsPerAddress": submissionsPerAddress = try Self.rate(name, value)
            case "submissionsPerMember": submissionsPerMember = try Self.rate(name, value)
            default: throw .unknownName(name)
            }
        }
        pageEntriesDefault = min(pageEntriesDefault, pageEntriesMax)
    }

    private static func count(
        _ name: Text, _ value: JSONValue
    ) throws(ConfigurationError) -> Int {
        guard let count = value.number?.count, count > 0, count <= 1 << 30 else {
            throw .notACount(name)
        }
        return Int(count)
    }

    private static func rate(
        _ name: Text, _ value: JSONValue
    ) throws(ConfigurationError) -> RateLimit? {
        if case .null = value { return nil }
        guard let object = value.object, object.members.count == 2,
            let perSecond = object["perSecond"]?.number?.double, perSecond > 0,
            perSecond.isFinite,
            let burst = object["burst"]?.number?.double, burst >= 1, burst.isFinite
        else { throw .notARate(name) }
        return RateLimit(perSecond: perSecond, burst: burst)
    }
}

/// Why limits were not read.
package enum ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The configuration is not a JSON object.
    case notAnObject
    /// There is no limit of this name.
    case unknownName(Text)
    /// The limit is a whole number from 1 to 2^30.
    case notACount(Text)
    /// The limit is `null`, or an object of `perSecond` and `burst`.
    case notARate(Text)

    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .notAnObject: "the configuration must be a JSON object"
        case .unknownName(let name): "\(name) is not a limit of this service"
        case .notACount(let name): "\(name) must be a whole number from 1 to 1073741824"
        case .notARate(let name): "\(name) must be null or have perSecond and burst"
        }
    }
}
