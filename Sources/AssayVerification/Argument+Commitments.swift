import AssayAttestation
import AssayCrypto
import AssayTLog

extension Argument {
    func checkDisclosures(
        of entries: [JudgedEntry], _ report: inout Report
    ) throws(Rejection) {
    }

    func checkOpenings(of entries: [JudgedEntry], _ report: inout Report) throws(Rejection) {
    }
}
