/// A bug that is put into a world to show that the world finds it.
enum PlantedBug: CaseIterable {
    /// Steps are written over whatever the disk holds.
    case comparesNoHead
    /// A payload that is on record is put on record again.
    case admitsDuplicates
    /// A write that failed counts as done.
    case ignoresFaults
    /// A signed head is shown while its step is still on its way to the disk.
    case showsHeadsBeforeCommit
    /// Clients are answered while the step is still on its way to the disk.
    case answersBeforeCommit
    /// Now and then the disk leaves out the last entry of a step.
    case dropsEntries
    /// A witness gives its cosignature out while its record is still on its way to the disk.
    case cosignsBeforeDurable
    /// A line that a witness answered is stored as it came.
    case storesUnverifiedLines
    /// A checkpoint is published with fewer cosignatures than the charter asks for.
    case publishesBelowQuorum
    /// A monitor does not remember what it saw.
    case forgetsHeads

    /// Where it shows.
    var scene: SimulatedWorld.Scene {
        switch self {
        case .comparesNoHead, .admitsDuplicates, .ignoresFaults, .showsHeadsBeforeCommit,
            .answersBeforeCommit, .dropsEntries:
            .sequencers
        case .cosignsBeforeDurable, .storesUnverifiedLines, .publishesBelowQuorum: .witnesses
        case .forgetsHeads: .evil
        }
    }
}
