import AssayCrypto
import AssayMonitor
import AssayTLog
import Testing

@Suite struct SeenPayloadsTests {
    private func digest(_ number: Int) -> Digest { SHA256.hash(Array("\(number)".utf8)) }

    @Test func findsEveryRepetitionAndNothingElse() {
        var seen = SeenPayloads(secret: 3)
        for number in 0..<5000 { #expect(seen.insert(digest(number)) == []) }
        for number in stride(from: 0, to: 5000, by: 37) {
            #expect(seen.insert(digest(number)) == [LeafIndex(UInt64(number))])
        }
        #expect(seen.insert(digest(37)).count == 2)
    }

    @Test func readsBackInPieces() {
        var seen = SeenPayloads(secret: 3)
        for number in 0..<700 { _ = seen.insert(digest(number)) }
        var stored = seen.stored(from: 0)
        #expect(stored.count == 700 * SeenPayloads.storedBytes)
        for number in 700..<900 { _ = seen.insert(digest(number)) }
        stored += seen.stored(from: 700)
        var back = SeenPayloads(stored: stored, secret: 11)
        #expect(back.count == 900)
        #expect(back.insert(digest(899)) == [LeafIndex(899)])
        #expect(back.insert(digest(900)) == [])
    }
}
