import AssayAttestation
import AssayCrypto

/// A JSON object of a log with its place, so that errors can name it.
///
/// `null` counts as absent.
struct LogObject {
    let members: JSONObject
    let path: LogPath

    /// Takes `value` for an object.
    init(_ value: JSONValue, _ path: LogPath) throws(EvaluationLogError) {
        guard let members = value.object else { throw .unexpected(path) }
        self.members = members
        self.path = path
    }

    /// The value called `name`, unless it is absent or null.
    subscript(name: Text) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    /// The text called `name`, if there is one.
    func text(_ name: Text) throws(EvaluationLogError) -> Text? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw .unexpected(path.appending(name.string)) }
        return text
    }

    /// The text called `name`, which must be there.
    func requiredText(_ name: Text) throws(EvaluationLogError) -> Text {
        guard let text = try text(name) else { throw .missing(path.appending(name.string)) }
        return text
    }

    /// The count called `name`, if there is one.
    func count(_ name: Text) throws(EvaluationLogError) -> UInt64? {
        guard let value = self[name] else { return nil }
        guard let count = value.number?.count else {
            throw .unexpected(path.appending(name.string))
        }
        return count
    }

    /// The truth called `name`; false where it is absent.
    func truth(_ name: Text) throws(EvaluationLogError) -> Bool {
        guard let value = self[name] else { return false }
        guard let truth = value.bool else { throw .unexpected(path.appending(name.string)) }
        return truth
    }

    /// The object called `name`, if there is one.
    func object(_ name: Text) throws(EvaluationLogError) -> LogObject? {
        guard let value = self[name] else { return nil }
        return try LogObject(value, path.appending(name.string))
    }

    /// The object called `name`, which must be there.
    func requiredObject(_ name: Text) throws(EvaluationLogError) -> LogObject {
        guard let object = try object(name) else { throw .missing(path.appending(name.string)) }
        return object
    }

    /// The elements of the array called `name`; none where it is absent.
    func array(_ name: Text) throws(EvaluationLogError) -> [JSONValue] {
        guard let value = self[name] else { return [] }
        guard let elements = value.array else { throw .unexpected(path.appending(name.string)) }
        return elements
    }

    /// The objects of the array called `name`; none where it is absent.
    func objects(_ name: Text) throws(EvaluationLogError) -> [LogObject] {
        var objects: [LogObject] = []
        for element in try array(name) {
            objects.append(try LogObject(element, path.appending(name.string)))
        }
        return objects
    }
}
