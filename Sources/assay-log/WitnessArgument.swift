import ArgumentParser
import AssayClient
import AssayCommand
import AssayCrypto

/// Where a witness of the charter is: `NAME=URL`.
struct WitnessArgument: ExpressibleByArgument {
    let name: Text
    let url: LogURL

    init?(argument: String) {
        let parts = argument.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard parts.count == 2, let name = Text(validating: parts[0]),
            let address = Text(validating: parts[1]), let url = LogURL(address)
        else { return nil }
        self.name = name
        self.url = url
    }

    /// The addresses by name.
    static func addresses(_ all: [WitnessArgument]) throws(CommandFailure) -> [Text: LogURL] {
        var addresses: [Text: LogURL] = [:]
        for one in all where addresses.updateValue(one.url, forKey: one.name) != nil {
            throw CommandFailure(
                .usage, code: "witness-twice", "--witness names \(one.name) twice")
        }
        return addresses
    }
}
