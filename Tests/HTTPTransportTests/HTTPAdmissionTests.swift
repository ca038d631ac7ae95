import HTTPTransport
import Testing

@Suite("Who may ask a service")
struct HTTPAdmissionTests {
    private static let token = "0123456789abcdef"

    @Test(
        "is whoever means it by one of its names",
        arguments: [
            ("localhost:8080", nil, true), ("127.0.0.1", nil, true), ("[::1]:9", nil, true), ("::1", nil, true),
            (nil, nil, true),
            ("LOCALHOST", nil, true), ("policy.example:1", nil, true), ("evil.example", nil, false),
            ("localhost.evil", nil, false),
            ("", nil, false), ("127.0.0.1.evil:8080", nil, false), ("localhost", "http://localhost:3000", true),
            ("localhost", "https://evil.example", false), ("localhost", "null", false),
            ("localhost", "nonsense", false),
        ] as [(String?, String?, Bool)]
    )
    func hosts(_ host: String?, _ origin: String?, isAdmitted: Bool) {
        let admission = HTTPAdmission(hosts: ["Policy.example"], token: nil)
        let request = HTTPRequest(method: "POST", path: "/x", host: host, origin: origin)
        #expect(admission.refusal(of: request)?.status == (isAdmitted ? nil : 403))
    }

    @Test(
        "is whoever knows the token, where there is one, and anybody for what is open",
        arguments: [
            (nil, false), ("Bearer \(token)", true), ("bearer  \(token)", true), ("Bearer \(token)0", false),
            ("Bearer ", false),
            ("Basic \(token)", false), (token, false), ("Bearer 0123456789abcdee", false),
            ("Bearer \(token) \(token)", false),
        ] as [(String?, Bool)]
    )
    func tokens(_ words: String?, isAdmitted: Bool) {
        let admission = HTTPAdmission(hosts: nil, token: Self.token, open: ["/healthz"])
        let closed = HTTPRequest(path: "/x", host: "any.example", authorization: words)
        #expect(admission.refusal(of: closed)?.status == (isAdmitted ? nil : 401))
        #expect(admission.refusal(of: HTTPRequest(path: "/healthz", authorization: words)) == nil)
        #expect(admission.refusal(of: closed)?.reason.contains(Self.token) ?? false == false)
    }
}
