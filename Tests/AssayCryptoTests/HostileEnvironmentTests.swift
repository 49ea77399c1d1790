import AssayCrypto
import AssayTestSupport
import Glibc
import Testing

/// A configuration file in the environment must not choose how signatures are judged.
@Suite struct HostileEnvironmentTests {
    /// Turns every algorithm off but those of a provider that does not exist.
    private static let configuration = """
        openssl_conf = all
        [all]
        providers = none
        alg_section = rules
        [none]
        null = nothing
        [nothing]
        activate = 1
        [rules]
        default_properties = fips=yes

        """

    @Test(.enabled(if: ChildProcess.exists("openssl"), "skipped: there is no openssl command"))
    func theConfigurationStopsAProgramThatReadsIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/hostile.cnf"
        try writeFile([UInt8](Self.configuration.utf8), to: path)
        let command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "group:P-256"]
        #expect(try ChildProcess.run(command).status == 0)
        let hindered = try ChildProcess.run(command, environment: ["OPENSSL_CONF": path])
        #expect(hindered.status != 0)
    }

    @Test func itChangesNothingHere() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.path + "/hostile.cnf"
            try writeFile([UInt8](HostileEnvironmentTests.configuration.utf8), to: path)
            #expect(unsafe setenv("OPENSSL_CONF", path, 1) == 0)
            #expect(unsafe setenv("OPENSSL_MODULES", folder.path, 1) == 0)
            let message = [UInt8]("a message".utf8)
            for algorithm in SignatureAlgorithm.allCases where !algorithm.rawValue.contains("ml") {
                let key = try PrivateKey.generate(algorithm)
                try key.publicKey.verify(try key.sign(message), over: message)
                let again = try PrivateKey(pem: key.pem(passphrase: [1]), passphrase: [1])
                #expect(again.publicKey == key.publicKey)
            }
        }
    }
}
