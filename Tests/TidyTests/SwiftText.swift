/// Swift source, taken apart just far enough for the rules.
struct SwiftText: Sendable {
    /// The lines with comments and the contents of string literals left out.
    let code: [String]
    /// The lines with only the comments left.
    let comments: [String]

    /// Takes `source` apart.
    init(_ source: String) {
        var scanner = Scanner(source)
        scanner.run()
        code = scanner.code
        comments = scanner.comments
    }

    private struct Scanner {
        enum State: Equatable {
            case code
            case lineComment
            case blockComment(depth: Int)
            case string(quotes: Int, hashes: Int)
        }

        let source: [UInt8]
        var position = 0
        var state = State.code
        var code: [String] = []
        var comments: [String] = []
        var codeLine: [UInt8] = []
        var commentLine: [UInt8] = []

        init(_ source: String) {
            self.source = Array(source.utf8)
        }

        mutating func run() {
            while position < source.count {
                let byte = source[position]
                if byte == UInt8(ascii: "\n") {
                    if state == .lineComment { state = .code }
                    position += 1
                    endLine()
                    continue
                }
                switch state {
                case .code: scanCode(byte)
                case .lineComment:
                    commentLine.append(byte)
                    position += 1
                case .blockComment(let depth): scanBlockComment(byte, depth: depth)
                case .string(let quotes, let hashes):
                    scanString(byte, quotes: quotes, hashes: hashes)
                }
            }
            endLine()
        }

        private mutating func endLine() {
            code.append(String(decoding: codeLine, as: UTF8.self))
            comments.append(String(decoding: commentLine, as: UTF8.self))
            codeLine.removeAll(keepingCapacity: true)
            commentLine.removeAll(keepingCapacity: true)
        }

        private mutating func scanCode(_ byte: UInt8) {
            if byte == slash, peek(1) == slash {
                state = .lineComment
            } else if byte == slash, peek(1) == star {
                state = .blockComment(depth: 1)
                position += 2
            } else if byte == quote || byte == hash {
                let hashes = count(of: hash, from: position)
                let quotes = count(of: quote, from: position + hashes)
                guard quotes > 0 else { return take(max(hashes, 1)) }
                // Two quotes are an empty string; three open one of several lines.
                guard quotes != 2 else { return take(hashes + 2) }
                state = .string(quotes: quotes >= 3 ? 3 : 1, hashes: hashes)
                take(hashes + (quotes >= 3 ? 3 : 1))
            } else {
                take(1)
            }
        }

        private mutating func scanBlockComment(_ byte: UInt8, depth: Int) {
            if byte == star, peek(1) == slash {
                state = depth == 1 ? .code : .blockComment(depth: depth - 1)
                position += 2
            } else if byte == slash, peek(1) == star {
                state = .blockComment(depth: depth + 1)
                position += 2
            } else {
                commentLine.append(byte)
                position += 1
            }
        }

        private mutating func scanString(_ byte: UInt8, quotes: Int, hashes: Int) {
            if byte == quote, count(of: quote, from: position) >= quotes,
                count(of: hash, from: position + quotes) >= hashes
            {
                state = .code
                take(quotes + hashes)
            } else if byte == UInt8(ascii: "\\"), hashes == 0 {
                position += peek(1) == UInt8(ascii: "\n") ? 1 : 2
            } else {
                position += 1
            }
        }

        private func peek(_ distance: Int) -> UInt8? {
            position + distance < source.count ? source[position + distance] : nil
        }

        private func count(of byte: UInt8, from start: Int) -> Int {
            var end = start
            while end < source.count, source[end] == byte { end += 1 }
            return end - start
        }

        private mutating func take(_ count: Int) {
            codeLine += source[position..<min(position + count, source.count)]
            position += count
        }
    }
}

private let slash = UInt8(ascii: "/")
private let star = UInt8(ascii: "*")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")

extension SwiftText {
    /// The modules that are imported.
    var imports: [String] {
        code.compactMap { line in
            var words = line.split { " ;".contains($0) }.map(String.init)
            while let first = words.first,
                first.hasPrefix("@")
                    || ["public", "package", "internal", "fileprivate", "private"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import" else { return nil }
            let kinds = [
                "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
            ]
            let module = words.dropFirst().first { !kinds.contains($0) }
            return module?.split(separator: ".").first.map(String.init)
        }
    }

    /// The number of the first line and the count of lines of every function, initializer and
    /// deinitializer that has a body.
    var functions: [(line: Int, count: Int)] {
        let starts = code.indices.filter { Self.declaresFunction(code[$0]) }
        return starts.compactMap { start in
            var parentheses = 0
            var braces = 0
            for line in start..<code.count {
                // A requirement of a protocol has no body: another declaration comes first.
                if line > start, braces == 0, parentheses == 0,
                    Self.declaresFunction(code[line])
                        || code[line].drop(while: \.isWhitespace).isEmpty
                {
                    return nil
                }
                for character in code[line].utf8 {
                    switch character {
                    case UInt8(ascii: "("): parentheses += braces == 0 ? 1 : 0
                    case UInt8(ascii: ")"): parentheses -= braces == 0 ? 1 : 0
                    case UInt8(ascii: "{") where parentheses == 0: braces += 1
                    case UInt8(ascii: "}") where parentheses == 0:
                        braces -= 1
                        if braces < 0 { return nil }
                        if braces == 0 { return (start + 1, line - start + 1) }
                    default: break
                    }
                }
            }
            return nil
        }
    }

    private static func declaresFunction(_ line: String) -> Bool {
        let words = line.split { " (<?".contains($0) }
        let modifiers: Set<Substring> = [
            "public", "package", "internal", "fileprivate", "private", "static", "final",
            "mutating", "nonmutating", "consuming", "borrowing", "nonisolated", "convenience",
            "override", "required", "isolated", "async", "class", "@discardableResult", "@Test",
            "@inlinable", "@concurrent", "@safe", "@unsafe", "@Sendable",
        ]
        let first = words.first { !modifiers.contains($0) }
        return first == "func" || first == "init" || first == "deinit"
    }
}
