import AssayCrypto
import Glibc

/// Asking the person at the terminal for a passphrase.
package enum Terminal {
    /// The longest passphrase, in bytes.
    static let passphraseLimitBytes = 1024

    /// Asks once, without showing what is typed.
    ///
    /// The terminal is put back as it was whatever is typed, Ctrl-C included.
    ///
    /// - Parameter device: the terminal; the process's own by default, wherever its standard
    ///   streams lead.
    ///
    /// - Throws: `FileError`; `cancelled` after Ctrl-C, or Ctrl-D on an empty line.
    package static func passphrase(
        prompt: String, device: String = "/dev/tty"
    ) throws(FileError) -> [UInt8] {
        let terminal = try Descriptor(device, flags: O_RDWR | O_NOCTTY, operation: .prompt)
        var before = termios()
        guard unsafe tcgetattr(terminal.number, &before) == 0 else {
            throw .system(device, .prompt)
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard unsafe tcsetattr(terminal.number, TCSAFLUSH, &silent) == 0 else {
            throw .system(device, .prompt)
        }
        defer {
            unsafe tcsetattr(terminal.number, TCSAFLUSH, &before)
        }
        try Descriptor.writeAll([UInt8](prompt.utf8), to: terminal.number, path: device)
        let typed = try line(from: terminal.number, device: device)
        try Descriptor.writeAll([UInt8(ascii: "\n")], to: terminal.number, path: device)
        guard let typed else {
            throw FileError(path: device, operation: .prompt, reason: .cancelled)
        }
        return typed
    }

    /// What is typed up to the end of the line, or `nil` if the person gives up.
    private static func line(from terminal: Int32, device: String) throws(FileError) -> [UInt8]? {
        var typed: [UInt8] = []
        while true {
            var key: UInt8 = 0
            let count = unsafe read(terminal, &key, 1)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(device, .prompt) }
            switch (count, key) {
            case (0, _), (_, control("C")):
                typed.wipe()
                return nil
            case (_, control("D")):
                return typed.isEmpty ? nil : typed
            case (_, control("J")), (_, control("M")):
                return typed
            case (_, control("U")):
                typed.wipe()
            case (_, control("H")), (_, 0x7f):
                // One character back: its last byte is the first that does not start with 10.
                while let last = typed.popLast(), last & 0xc0 == 0x80 {}
            default:
                guard typed.count < passphraseLimitBytes else {
                    typed.wipe()
                    throw FileError(
                        path: device, operation: .prompt,
                        reason: .tooLarge(limitBytes: passphraseLimitBytes))
                }
                typed.append(key)
            }
        }
    }

    private static func control(_ letter: Unicode.Scalar) -> UInt8 {
        UInt8(ascii: letter) & 0x1f
    }
}
