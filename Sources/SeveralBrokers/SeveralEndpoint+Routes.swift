internal import Messaging

/// Which broker a message goes through.
extension SeveralEndpoint {
    /// More mailboxes than a run has; whoever offers workers under ever new names must not fill the master's memory.
    private static let mostRoutes = 1 << 17
    /// The most mailboxes that are asked after at a time.
    private static let mostQuestions = 1024

    /// The broker for a message, or `nil` where it has to wait for an answer first.
    func wayOut(for message: Message, to mailbox: Mailbox) -> Int? {
        guard let route = routes[mailbox] else {
            let route = Route(preference: preference(for: mailbox), isAttached)
            if routes.count >= Self.mostRoutes { routes = routes.filter { !$0.value.isAtHome(isAttached) } }
            routes[mailbox] = route
            return route.outlet
        }
        guard case .leaving = route.step else { return route.outlet }
        routes[mailbox]?.hold(message)
        return nil
    }

    /// The master's mailboxes are everybody's: answers go where the questions come from, by the name of who answers.
    private func preference(for mailbox: Mailbox) -> [Int] {
        let isShared = mailbox == .control || mailbox == .replies
        let named = isShared ? ownMailbox ?? mailbox : mailbox
        return MailboxPlace(of: named).preference(among: brokerCount)
    }

    /// Looks for a mailbox at the other brokers, because nobody reads it where it was written to.
    ///
    /// Its reader may have reached other brokers than this node has.
    func seek(_ mailbox: Mailbox, missingAt index: Int) throws(MessagingError) {
        guard var route = routes[mailbox], route.outlet == index, case .settled = route.step else { return }
        route.candidates = route.preference.filter { isAttached($0) && $0 != index }
        routes[mailbox] = route
        try askNextCandidate(for: mailbox)
    }

    private func askNextCandidate(for mailbox: Mailbox) throws(MessagingError) {
        guard let next = routes[mailbox]?.nextCandidate() else { return }
        try ask(mailbox, at: next) { .looking(at: next, token: $0) }
    }

    private func ask(
        _ mailbox: Mailbox,
        at index: Int,
        _ step: (_ token: UInt64) -> Route.Step
    ) throws(MessagingError) {
        guard let asker = ownMailbox else { return }
        let token = nextToken(about: mailbox)
        routes[mailbox]?.step = step(token)
        try send(RouteQuestion(asker: asker, token: token).message, to: mailbox, throughBroker: index)
    }

    /// Takes up that a question was read, or that nobody reads the mailbox there.
    func takeUp(answer token: UInt64, isRead: Bool) throws(MessagingError) {
        guard let mailbox = questions.removeValue(forKey: token), let route = routes[mailbox] else { return }
        switch route.step {
        case .looking(let target, token) where isRead:
            try ask(mailbox, at: route.outlet) { .leaving(for: target, token: $0, held: []) }
        case .looking(_, token):
            routes[mailbox]?.step = .settled
            try askNextCandidate(for: mailbox)
        case .leaving(let target, token, let held):
            // Read, or nobody is there any more: either way nothing of it can come behind what follows.
            routes[mailbox]?.outlet = target
            routes[mailbox]?.step = .settled
            for message in held { try send(message, to: mailbox, throughBroker: target) }
        case .settled, .looking, .leaving: break
        }
    }

    /// Has mailboxes that are not at home asked after there, and repeats questions without an answer: a reader that is lost
    /// takes a question with it, and what is asked behind it comes back.
    func review() throws(MessagingError) {
        guard let asker = ownMailbox else { return }
        let strays = routes.filter { !$0.value.isAtHome(isAttached) }
        let chosen =
            strays.count > Self.mostQuestions
            ? Array(strays.keys.shuffled().prefix(Self.mostQuestions)) : Array(strays.keys)
        for mailbox in chosen {
            guard let route = routes[mailbox] else { continue }
            switch route.step {
            case .settled:
                guard let home = route.home(isAttached) else { continue }
                try ask(mailbox, at: home) { .looking(at: home, token: $0) }
            case .looking(let index, let token):
                try send(RouteQuestion(asker: asker, token: token).message, to: mailbox, throughBroker: index)
            case .leaving(_, let token, _):
                try send(RouteQuestion(asker: asker, token: token).message, to: mailbox, throughBroker: route.outlet)
            }
        }
    }
}
