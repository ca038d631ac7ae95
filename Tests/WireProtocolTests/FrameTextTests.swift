import Testing
import WireProtocol

@Suite("Frames as text")
struct FrameTextTests {
    private static let expected = [
        "join": "epoch 0 worker w1 offers itself, has 0 shards",
        "assign": "epoch 1 shards [0 (2 rows)], 2 actions, Q₀ 0.0, α constant(0.5), q-learning",
        "ready": "epoch 1 shard 0 term 0",
        "round-rows": "epoch 1 shard 0 cohort 0 number 1 cells [1] → [1.0], rows [0] as rows",
        "answer-rows": "epoch 1 shard 0 cohort 0 number 1 values [0.0 0.5]",
        "answer-maxima": "epoch 1 shard 0 cohort 0 number 1 values [0.5], actions [1]",
        "answer-ties": "epoch 1 shard 0 cohort 0 number 1 values [0.0], sets [3]",
        "dump": "epoch 1 shard 0 copy 1 cells 0..<4",
        "cells": "epoch 1 shard 0 copy 1 cells 0..<4 after 1 updates, values [0.0 0.5 0.0 0.0]",
        "stop": "epoch 1 \"the run is complete\"",
        "refuse": "epoch 1 \"no room\"",
        "probe": "epoch 1",
        "loaded": "epoch 2 shard 0 term 0 cells taken 4",
        "give": "epoch 1 shard 0 term 0 cells 0..<4",
        "enlist": "epoch 0 actor process a0 offers itself, session 1",
        "cohorts": "epoch 1 cohorts 0..<1 of 2 at the beginning, workers [w1]",
        "mark": "epoch 1 cut, copy 1",
        "state": "epoch 1 cohort 0 round 5, words 0..<1 of 1",
        "progress": "epoch 1 cohort 0 round 9, all is done",
        "wish": "epoch 0 op wishes 1: drain(worker: \"w1\")",
        "status": "epoch 1 to wish 1: \"go\", round 5, workers [w1 (1 shards)]",
        "network": "epoch 1 computer 0, 7 words",
        "slices": "epoch 1 task 2, slices 0 and 1 from it on, arrays [0 (32 words)]",
        "gradients": "epoch 1 task 2, slices 0 and 1 from it on, 35 words",
        "leave": "epoch 1 worker w1 wants to go, has 1 shards",
    ]

    @Test("what the worked example sends reads like this", arguments: expected.keys.sorted())
    func reads(_ name: String) throws {
        let frame = try #require(WorkedExample.frames.first { $0.name == name })
        #expect(try FrameText(frame.words).description == Self.expected[name])
    }

    @Test("every kind of frame has a line, and every shorter one is refused")
    func everyKind() throws {
        for example in WorkedExample.frames {
            for frame in try FrameBatch.frames(in: example.words) {
                let text = try FrameText(frame)
                #expect(text.description.hasPrefix("epoch "), "\(example.name)")
                let isOfSender = ["join", "leave", "enlist"].contains(example.name)
                #expect((text.sendersMailbox != nil) == isOfSender, "\(example.name)")
                for length in frame.indices {
                    #expect(throws: FrameFailure.self) { try FrameText(Array(frame[..<length])) }
                }
            }
        }
    }

    @Test("an answer that counts more than it has is no answer, whatever its form")
    func counts() throws {
        let answer = try #require(WorkedExample.frames.first { $0.name == "answer-maxima" }).words
        for form in [UInt32(1), 2] {
            var words = answer
            (words[8], words[9]) = (.max, form)
            #expect(throws: FrameFailure.self) { try FrameText(words) }
        }
    }

    @Test("of many numbers the first eight are shown, and how many there are")
    func manyNumbers() throws {
        let header = FrameHeader(kind: .round, epoch: 3)
        let rows = ArraySlice<UInt32>(0..<20)
        let words = RoundFrame.encode(header: header, answerForm: .rows, cells: [], targets: [], rows: rows)
        let expected = "epoch 3 shard 0 cohort 0 number 0 cells [] → [], rows [0 1 2 3 4 5 6 7 … 20 in all] as rows"
        #expect(try FrameText(words).description == expected)
    }
}
