import AssayAttestation
import AssayCrypto
import AssayTLog

/// What a model was asked and what was expected, in a form that does not depend on the harness's
/// version or container (evaluations.md 5.4).
enum CanonicalItem {
    /// The canonical bytes of {id, input, choices, target}, choices only if there are some.
    ///
    /// - Throws: `unexpected` for a number that is not finite.
    static func bytes(
        id: SampleID, input: JSONValue, choices: JSONValue?, target: JSONValue
    ) throws(EvaluationLogError) -> [UInt8] {
        var members: [JSONObject.Member] = [
            JSONObject.Member("id", id.json),
            JSONObject.Member("input", reduced(input)),
            JSONObject.Member("target", target),
        ]
        if let choices, choices != .null, choices.array?.isEmpty != true {
            members.append(JSONObject.Member("choices", choices))
        }
        do throws(JCSError) {
            return try JCS.serialize(.object(JSONObject(members)))
        } catch {
            throw .unexpected("sample.input")
        }
    }

    /// An input: a text, or messages reduced to role, content and tool calls.
    private static func reduced(_ input: JSONValue) -> JSONValue {
        guard let messages = input.array else { return input }
        return .array(messages.map(reducedMessage))
    }

    private static func reducedMessage(_ message: JSONValue) -> JSONValue {
        guard let object = message.object else { return message }
        var members: [JSONObject.Member] = []
        if let role = object["role"] { members.append(JSONObject.Member("role", role)) }
        if let content = object["content"] {
            members.append(JSONObject.Member("content", reducedContent(content)))
        }
        if let calls = object["tool_calls"]?.array, !calls.isEmpty {
            members.append(JSONObject.Member("tool_calls", .array(calls.map(reducedCall))))
        }
        return .object(JSONObject(members))
    }

    /// Content: a text, or parts without what providers and versions add to them.
    private static func reducedContent(_ content: JSONValue) -> JSONValue {
        guard let parts = content.array else { return content }
        return .array(
            parts.map { part in
                guard let object = part.object else { return part }
                return .object(
                    JSONObject(
                        object.members.filter { $0.value != .null && $0.name != "internal" }))
            })
    }

    /// A tool call: the function and its arguments.
    ///
    /// Its id is random.
    private static func reducedCall(_ call: JSONValue) -> JSONValue {
        guard let object = call.object else { return call }
        return .object(
            JSONObject(object.members.filter { ["function", "arguments"].contains($0.name) }))
    }
}
