package import AssayAttestation
package import AssayCrypto

/// What an Inspect log says about the whole run, reduced to what is used.
package struct InspectHeader: Sendable {
    /// How the run ended.
    package enum Status: String, Hashable, Sendable {
        /// It never ended.
        case started
        /// It ran to its end.
        case success
        /// Someone stopped it.
        case cancelled
        /// It failed.
        case error
    }

    /// The format's version, absent in some dumps.
    package let version: UInt64?
    /// How the run ended.
    package let status: Status
    /// What was run.
    package let spec: InspectSpec
    /// How the model was led through the task.
    package let plan: InspectPlan
    /// The scores, absent unless the run had some.
    package let results: InspectResults?
    /// When the run started and ended, as the log writes it; empty texts count as absent.
    package let startedAt: Text?
    package let completedAt: Text?
    /// Whether some sample was marked invalid after the run.
    package let isInvalidated: Bool
    /// The kinds and times of the edits of tags and metadata after the run.
    package let updates: [InspectUpdate]
}

/// An edit of a log's tags or metadata after the run.
package struct InspectUpdate: Hashable, Sendable {
    /// When it was made, as the log writes it.
    package let timestamp: Text?
    /// How many edits it consists of.
    package let editCount: Int
}

/// What was run: Inspect's `EvalSpec`.
package struct InspectSpec: Sendable {
    /// Identifiers of this evaluation and of the run that it belongs to.
    package let evaluationID: Text?
    package let runID: Text?
    /// When the log was created, as the log writes it.
    package let created: Text?
    /// The task, with its package before a `/` if it has one.
    package let task: Text
    /// The version of the task; a number is kept by its text.
    package let taskVersion: Text?
    /// The name of the data set, if it has one.
    package let datasetName: Text?
    /// The number of samples in the data set, not of those that ran.
    package let datasetCount: UInt64?
    /// The ids of the samples that were selected, if the log lists them.
    package let selectedIDs: [SampleID]?
    /// The kind of sandbox.
    package let sandboxType: Text?
    /// The model as it was asked for: provider, `/`, name.
    package let model: Text
    /// The address that requests went to, if it is not the provider's own.
    package let baseURL: Text?
    /// The generation settings of the model.
    package let modelSettings: JSONObject
    /// The models in other roles, such as judges.
    package let modelRoles: JSONObject
    /// The settings of the run: Inspect's `EvalConfig`.
    package let config: JSONObject
    /// The state of the task's source code.
    package let revision: InspectRevision?
    /// The packages in use and their versions.
    package let packages: [Text: Text]
    /// The scorers; absent in the oldest logs.
    package let scorers: [InspectScorer]?
}

/// The state of the source code that a run came from.
package struct InspectRevision: Hashable, Sendable {
    /// The remote repository.
    package let origin: Text?
    /// The commit, mostly abbreviated.
    package let commit: Text?
    /// Whether there were changes that were not committed.
    package let isDirty: Bool
}

/// One scorer as it was configured.
package struct InspectScorer: Sendable {
    /// The name.
    package let name: Text
    /// The options.
    package let options: JSONValue
    /// The full names of the metrics, with the package that defines them.
    package let metricNames: Set<Text>
}

/// The chain of solvers and its generation settings.
package struct InspectPlan: Sendable {
    /// One solver and its parameters as passed.
    package struct Step: Sendable {
        /// The name of the solver.
        package let solver: Text
        /// `params_passed` where the log has it, else `params`, which then is what was passed.
        package let parameters: JSONValue
    }

    /// The solvers in order.
    package let steps: [Step]
    /// The generation settings.
    package let settings: JSONObject
}

/// The aggregate results in a log's header.
package struct InspectResults: Sendable {
    /// Samples times epochs, as planned.
    package let totalSamples: UInt64?
    /// Those that ended without error.
    package let completedSamples: UInt64?
    /// The scores.
    package let scores: [InspectScore]
}

/// One score: the metrics of one scorer, reducer and, for scorers with several values, key.
package struct InspectScore: Sendable {
    /// The name: the scorer's, or the key of its value.
    package let name: Text
    /// The scorer, under whose name the samples hold their scores.
    package let scorer: Text
    /// How epochs were reduced; absent for the mean.
    package let reducer: Text?
    /// How many samples have a value, and how many do not.
    package let scoredSamples: UInt64?
    package let unscoredSamples: UInt64?
    /// The metrics.
    package let metrics: [InspectMetric]
}

/// One metric in a log's header.
package struct InspectMetric: Hashable, Sendable {
    /// The key, unique within its score.
    package let key: Text
    /// The name.
    package let name: Text
    /// The metric that this is a part of, for metrics with several values.
    package let group: Text?
    /// The value as it is written.
    package let value: JSONNumber
    /// Whether the metric was given parameters.
    package let hasParameters: Bool
}
