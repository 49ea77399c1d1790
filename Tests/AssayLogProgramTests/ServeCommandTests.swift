import AssayAttestation
import AssayCrypto
import AssayTestSupport
import AssayVerification
import Testing

/// `assay-log serve` as an operator starts and stops it.
@Suite struct ServeCommandTests {
    /// Runs `script` with `$log`, `$store`, `$keys`, `$folder` set, and `start` and `stop` to use.
    private func shell(
        _ script: String, _ files: borrowing OperatorFiles
    ) throws -> ChildProcess {
        let prelude = """
            set -u
            start() {
                : > "$folder/err"
                $log serve --store "$store" $keys --listen "${1:-127.0.0.1:0}" 2> "$folder/err" &
                pid=$!
                tries=0
                until grep -q 'listening on' "$folder/err"; do
                    tries=$((tries + 1))
                    kill -0 $pid 2> /dev/null && [ $tries -lt 400 ] || { cat "$folder/err"; exit 9; }
                    sleep 0.05
                done
                url=$(sed -n 's/.*listening on \\(http:[^ ]*\\)$/\\1/p' "$folder/err")
            }
            post() {
                curl -s -o "$folder/answer" -w '%{http_code}\\n' --data-binary "@$1" "$url/entries"
            }
            stop() { kill -TERM $pid; wait $pid; echo "stopped $?"; }

            """
        return try ChildProcess.run(
            ["sh", "-c", prelude + script],
            environment: [
                "log": BuiltProgram.path("assay-log"), "store": files.store,
                "keys": "--key \(files.checkpointKey) --entry-key \(files.entryKey)",
                "folder": files.folder.path, "charter": files.charter,
            ])
    }

    private func initialised() throws -> OperatorFiles {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        for number in 1...3 {
            try writeFile(
                files.fixture.envelope(number).canonicalEntry,
                to: files.folder.path + "/\(number)")
        }
        return files
    }

    @Test func servesUntilItIsToldToStop() throws {
        let files = try initialised()
        let end = try shell(
            """
            start
            curl -s -o /dev/null -w '%{http_code}\\n' "$url/readyz"
            post "$folder/1"; post "$folder/1"; post "$folder/2"
            stop
            $log fsck --store "$store" > /dev/null; echo "fsck $?"
            """, files)
        #expect(end.text == "200\n201\n200\n201\nstopped 0\nfsck 0", "\(end.message)")
        let answer = try StrictJSON.parse(readFile(files.folder.path + "/answer"))
        let bundle = try Bundle(parsing: JCS.serialize(try #require(answer["bundle"])))
        #expect(bundle.ledger == files.fixture.ledger)
    }

    /// What was acknowledged is there after `kill -9`, and the same envelope finds it.
    @Test func keepsWhatItAcknowledgedWhenItIsKilled() throws {
        let files = try initialised()
        let end = try shell(
            """
            start
            post "$folder/1"
            kill -KILL $pid; wait $pid 2> /dev/null
            start
            post "$folder/1"; post "$folder/2"
            stop
            """, files)
        #expect(end.text == "201\n200\n201\nstopped 0", "\(end.message)")
    }

    @Test func saysWhatIsInUse() throws {
        let files = try initialised()
        let end = try shell(
            """
            start
            $log serve --store "$store" $keys --listen 127.0.0.1:0; echo "store $?"
            $log init --store "$folder/second" --charter "$charter" $keys > /dev/null
            $log serve --store "$folder/second" $keys --last-signed "$folder/second.signed" \\
                --listen "${url#http://}"; echo "port $?"
            stop
            """, files)
        #expect(end.text == "store 4\nport 4\nstopped 0", "\(end.message)")
        #expect(end.message.contains("another process is writing"))
        #expect(end.message.contains("is in use: another process listens there"))
    }

    @Test func refusesOtherKeysAndBadConfigurations() throws {
        let files = try initialised()
        try writeFile(Array(#"{"connection": 3}"#.utf8), to: files.folder.path + "/unknown.json")
        try writeFile(Array("{".utf8), to: files.folder.path + "/broken.json")
        let end = try shell(
            """
            $log serve --store "$store" --key "${keys##* }" --entry-key "${keys##* }"; echo "key $?"
            $log serve --store "$store" $keys --config "$folder/unknown.json"; echo "name $?"
            $log serve --store "$store" $keys --config "$folder/broken.json"; echo "json $?"
            $log serve --store "$folder/none" $keys; echo "absent $?"
            $log serve --store "$store" $keys --listen nowhere; echo "usage $?"
            $log serve --store "$store" $keys --tls-cert "$folder/1"; echo "pair $?"
            """, files)
        #expect(
            end.text == "key 2\nname 3\njson 3\nabsent 4\nusage 64\npair 64", "\(end.message)")
        #expect(end.message.contains("connection is not a limit of this service"))
    }

    @Test func servesHTTPSWithACertificate() throws {
        let files = try initialised()
        let end = try shell(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
                -addext subjectAltName=IP:127.0.0.1 -keyout "$folder/tls.pem" \
                -out "$folder/cert.pem" 2> /dev/null
            keys="$keys --tls-cert $folder/cert.pem --tls-key $folder/tls.pem"
            start
            address=$(sed -n 's/.*listening on https:..\\([^ ]*\\)$/\\1/p' "$folder/err")
            curl -s --cacert "$folder/cert.pem" -o /dev/null -w '%{http_code}\\n' \
                "https://$address/checkpoint"
            curl -s -o /dev/null -w '%{http_code}\\n' "http://$address/checkpoint"
            stop
            $log serve --store "$store" $keys --tls-key "$folder/1"; echo "bad $?"
            """, files)
        #expect(end.text.hasPrefix("200\n"), "\(end.text) \(end.message)")
        #expect(end.text.hasSuffix("stopped 0\nbad 4"), "\(end.text) \(end.message)")
    }
}
