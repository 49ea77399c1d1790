// swift-tools-version: 6.2

import PackageDescription

/// Every strictness switch, for every target.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "assay",
    products: [],
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    ],
    targets: [
        // C fences
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // ground
        .target(
            name: "AssayCrypto", dependencies: ["COpenSSL", "CSodium"], swiftSettings: strict),

        // logs
        .target(name: "AssayTLog", dependencies: ["AssayCrypto"], swiftSettings: strict),

        // statements
        .target(
            name: "AssayAttestation", dependencies: ["AssayCrypto", "AssayTLog"],
            swiftSettings: strict),

        // roles
        .target(
            name: "AssayLog",
            dependencies: ["AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification"],
            swiftSettings: strict),
        .target(
            name: "AssayHarness",
            dependencies: ["AssayCrypto", "AssayTLog", "AssayAttestation", "CZlib", "CZstd"],
            swiftSettings: strict),

        .target(
            name: "AssayMonitor",
            dependencies: ["AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification"],
            swiftSettings: strict),
        .target(
            name: "AssayWitness",
            dependencies: ["AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification"],
            swiftSettings: strict),

        // adapters
        .target(
            name: "AssayStore",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayLog", "AssayWitness", "AssayFiles", "CSQLite",
            ],
            swiftSettings: strict),

        .target(
            name: "AssayHTTP",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayWitness", "CZlib",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "AssayClient",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayLog",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
            ],
            swiftSettings: strict),

        // evidence
        .target(
            name: "AssayVerification",
            dependencies: ["AssayCrypto", "AssayTLog", "AssayAttestation"],
            swiftSettings: strict),

        // durable files and keys
        .target(
            name: "AssayFiles",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
                "AssayMonitor",
            ],
            swiftSettings: strict),

        // programs
        .target(
            name: "AssayCommand",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay-bench",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayFiles",
                "AssayLog", "AssayStore", "AssayCommand", "CSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
                "AssayHarness", "AssayMonitor", "AssayFiles", "AssayClient", "AssayCommand",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay-verify",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayFiles",
                "AssayCommand",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .target(
            name: "AssayServing",
            dependencies: [
                "AssayCommand", "AssayHTTP", "AssayStore", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay-log",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayFiles", "AssayStore", "AssayHTTP", "AssayClient", "AssayCommand",
                "AssayServing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "assay-witness",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
                "AssayMonitor", "AssayWitness", "AssayFiles", "AssayStore", "AssayHTTP",
                "AssayClient", "AssayCommand", "AssayServing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // tests
        .target(
            name: "AssayTestSupport",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayLog", "AssayWitness",
            ],
            path: "Tests/Support", swiftSettings: strict),
        .testTarget(
            name: "AssayCryptoTests",
            dependencies: ["AssayCrypto", "AssayAttestation", "AssayTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AssayFilesTests",
            dependencies: ["AssayFiles", "AssayCrypto", "AssayTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TidyTests", dependencies: ["AssayTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AssayTLogTests", dependencies: ["AssayTLog", "AssayTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AssayAttestationTests",
            dependencies: ["AssayAttestation", "AssayVerification", "AssayTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "AssayLogTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayWitnessTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayVerification", "AssayWitness",
                "AssayTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayMonitorTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
                "AssayMonitor", "AssayFiles", "AssayTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayStoreTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayStore", "AssayWitness", "CSQLite", "AssayTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayWitness", "AssayMonitor", "AssayTestSupport",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "store-writer",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayLog", "AssayStore",
                "AssayFiles", "AssayCommand",
            ],
            path: "Tests/StoreWriter", swiftSettings: strict),
        .executableTarget(
            name: "store-judge",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayLog", "AssayStore",
                "AssayWitness", "AssayFiles", "AssayCommand",
            ],
            path: "Tests/StoreJudge", swiftSettings: strict),
        .testTarget(
            name: "AssayLogProgramTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification", "AssayLog",
                "AssayStore", "AssayFiles", "AssayClient", "AssayTestSupport", "assay-log",
                "store-writer",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayHarnessTests",
            dependencies: [
                "AssayHarness", "AssayCrypto", "AssayTLog", "AssayAttestation",
                "AssayTestSupport", "CZlib", "CZstd",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayVerificationTests",
            dependencies: ["AssayVerification", "AssayTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "VectorTests",
            dependencies: [
                "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
                "AssayTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AssayHTTPTests",
            dependencies: [
                "AssayHTTP", "AssayClient", "AssayCrypto", "AssayTLog", "AssayAttestation",
                "AssayVerification", "AssayLog", "AssayWitness", "AssayTestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
    ]
)
