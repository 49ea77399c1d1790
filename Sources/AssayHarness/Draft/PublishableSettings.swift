import AssayAttestation
import AssayCrypto

/// Which settings of a run are stated, under which names.
enum PublishableSettings {
    /// Inspect's generation settings that are numbers, switches or words of a closed vocabulary.
    ///
    /// Prompts, stop sequences, schemas, headers and request bodies are not among them.
    private static let generationNames: [Text: Text] = [
        "max_tokens": "maxTokens", "temperature": "temperature", "top_p": "topP",
        "top_k": "topK", "best_of": "bestOf", "frequency_penalty": "frequencyPenalty",
        "presence_penalty": "presencePenalty", "num_choices": "numChoices",
        "logprobs": "logprobs", "top_logprobs": "topLogprobs", "seed": "seed",
        "parallel_tool_calls": "parallelToolCalls", "internal_tools": "internalTools",
        "max_tool_output": "maxToolOutput", "verbosity": "verbosity", "effort": "effort",
        "reasoning_effort": "reasoningEffort", "reasoning_mode": "reasoningMode",
        "reasoning_tokens": "reasoningTokens", "reasoning_summary": "reasoningSummary",
        "reasoning_history": "reasoningHistory", "fail_on_refusal": "failOnRefusal",
    ]

    /// Settings whose presence is stated and whose content is not.
    private static let namedOnly: [Text: Text] = [
        "system_message": "systemMessage", "stop_seqs": "stopSequences",
        "logit_bias": "logitBias", "response_schema": "responseSchema",
        "extra_body": "extraBody", "fallback_models": "fallbackModels",
        "modalities": "modalities",
    ]

    private static let limitNames: [Text: Text] = [
        "message_limit": "messageLimit", "token_limit": "tokenLimit", "turn_limit": "turnLimit",
        "time_limit": "timeLimit", "working_limit": "workingLimit", "cost_limit": "costLimit",
    ]

    /// The settings of generation that may be stated.
    static func generation(_ settings: JSONObject) -> SettingMap {
        var map = SettingMap()
        var unstated: [Text] = []
        for member in settings.members {
            if let name = generationNames[member.name], let value = setting(member.value) {
                map[name] = value
            } else if let name = namedOnly[member.name] {
                unstated.append(name)
            }
        }
        if !unstated.isEmpty { map["setButNotStated"] = .texts(unstated.sorted()) }
        return map
    }

    /// The limits of samples.
    static func limits(_ limits: JSONObject) -> SettingMap {
        var map = SettingMap()
        for member in limits.members {
            guard let name = limitNames[member.name], let value = setting(member.value) else {
                continue
            }
            map[name] = value
        }
        return map
    }

    /// A number, a switch or a word.
    private static func setting(_ value: JSONValue) -> Setting? {
        switch value {
        case .bool(let flag): return .flag(flag)
        case .number(let number):
            if let count = number.count { return .count(count) }
            return DecimalString(number).map { .text($0.text) }
        case .string(let text): return PublishableText.word(text).map(Setting.text)
        case .null, .array, .object: return nil
        }
    }
}
