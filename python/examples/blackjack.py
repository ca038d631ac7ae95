"""Trains Blackjack and says what is won: `python examples/blackjack.py [none|local]`; the optimum is −0.0466."""

import sys

import gymnasium
import numpy as np

import shardq


def play(cards: np.ndarray, stands: object) -> np.ndarray:  # cards [2 × hands]; the sums they end with, 0 for a bust
    hard, ace, live = cards.sum(0), (cards == 1).any(0), True
    while np.any(live := live & (hard <= 21) & ~stands(hard + 10 * (ace & (hard <= 11)), ace & (hard <= 11))):
        card = deal(len(hard)) * live
        hard, ace = hard + card, ace | (card == 1)
    return np.where(hard > 21, 0, hard + 10 * (ace & (hard <= 11)))


if sys.argv[1:] == ["world"]:
    shardq.serve_worlds(lambda: gymnasium.make("Blackjack-v1"))
else:
    command, broker = f"{sys.executable} {__file__} world", (sys.argv[1:] or ["none"])[0]
    run = shardq.train("world", command=command, broker=broker, output="runs/blackjack", steps=2_000_000, lanes=256,
                       discount=1, step_size="visits:9", epsilon="1:0.2", evaluation=False)  # fmt: skip
    act, random = run.policy().act(np.arange(32 * 11 * 2), default=0), np.random.default_rng(1)
    deal = lambda shape: np.minimum(random.integers(1, 14, shape), 10)  # noqa: E731
    house, player = deal((2, 2_000_000)), deal((2, 2_000_000))
    player = play(player, lambda total, usable: act[(total * 11 + house[0]) * 2 + usable] == 0)
    wins = np.where(player, np.sign(player - play(house, lambda total, usable: total >= 17)), -1)
    print(f"{run.table_digest[:12]}…: {wins.mean():.4f} a hand")
