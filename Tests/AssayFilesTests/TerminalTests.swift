import AssayFiles
import AssayTestSupport
import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@Suite struct TerminalTests {
    /// Typed keys and the passphrase they make; `nil` where the person gives up.
    static let typed: [(keys: String, passphrase: String?)] = [
        ("geheim\n", "geheim"),
        ("\n", ""),
        ("pässwörd\r", "pässwörd"),
        ("ab\u{7f}c\n", "ac"),
        ("aß\u{7f}\u{8}\u{7f}b\n", "b"),
        ("wrong\u{15}right\n", "right"),
        ("abc\u{4}", "abc"),
        ("\u{4}", nil),
        ("abc\u{3}", nil),
    ]

    @Test(arguments: typed)
    func passphraseIsTypedUnseen(keys: String, passphrase: String?) throws {
        let terminal = try PseudoTerminal()
        // Keys typed before the prompt would be thrown away. The typist has its own thread:
        // tests share a few, and this one waits.
        let shown = Mutex<Result<String, any Error>>(.success(""))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let result = Result {
                var text = try terminal.read(until: "Passphrase: ")
                try terminal.type(keys)
                text += try terminal.read(until: "\n")
                return text
            }
            shown.withLock { $0 = result }
            done.signal()
        }
        let heard = Result { () throws(FileError) in
            try Terminal.passphrase(prompt: "Passphrase: ", device: terminal.device)
        }
        done.wait()
        switch heard {
        case .success(let typed):
            #expect(typed == passphrase.map { [UInt8]($0.utf8) })
        case .failure(let error):
            #expect(passphrase == nil)
            #expect(error.reason == .cancelled)
        }
        #expect(try shown.withLock { try $0.get() } == "Passphrase: \r\n")
        #expect(try terminal.echoes())
    }

    @Test func withoutATerminalNobodyIsAsked() throws {
        let error = #expect(throws: FileError.self) {
            try Terminal.passphrase(prompt: "", device: "/dev/null")
        }
        #expect(error?.reason == .system(ENOTTY))
    }
}

/// Both ends of a terminal that no one sits at.
final class PseudoTerminal: Sendable {
    private let master: Int32
    private let slave: Int32
    let device: String

    init() throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // The requests TIOCSPTLCK and TIOCGPTN of ioctl_tty(2): unlock the other end, ask its number.
        var lock: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, unsafe ioctl(master, 0x4004_5431, &lock) == 0,
            unsafe ioctl(master, 0x8004_5430, &number) == 0
        else { throw TestSystemError(operation: "open a pseudo-terminal", errno: errno) }
        device = "/dev/pts/\(number)"
        // Held open, so that the settings outlive the reader under test.
        slave = unsafe open(device, O_RDWR | O_NOCTTY)
    }

    deinit {
        close(slave)
        close(master)
    }

    func type(_ keys: String) throws {
        let bytes = [UInt8](keys.utf8)
        guard unsafe write(master, bytes, bytes.count) == bytes.count else {
            throw TestSystemError(operation: "write to terminal", errno: errno)
        }
    }

    func read(until end: String) throws -> String {
        var shown: [UInt8] = []
        while !shown.reversed().starts(with: end.utf8.reversed()) {
            var byte: UInt8 = 0
            guard unsafe Glibc.read(master, &byte, 1) == 1 else {
                throw TestSystemError(operation: "read from terminal", errno: errno)
            }
            shown.append(byte)
        }
        return String(decoding: shown, as: UTF8.self)
    }

    func echoes() throws -> Bool {
        var settings = termios()
        guard unsafe tcgetattr(slave, &settings) == 0 else {
            throw TestSystemError(operation: "tcgetattr", errno: errno)
        }
        let wanted = tcflag_t(ECHO | ICANON | ISIG)
        return settings.c_lflag & wanted == wanted
    }
}
