"""NASim's own tabular Q-learning, to compare `attack.py` with: `python examples/attack_peer.py NAME STEPS SEED`.

Needs `pip install nasim`. Its agent writes to TensorBoard by way of torch, which is put in the place of here.
"""

import random
import sys
import types

import nasim
import numpy as np

writer = type("SummaryWriter", (), {"add_scalar": lambda *_: None, "close": lambda _: None})
for module in ("torch", "torch.utils", "torch.utils.tensorboard"):
    sys.modules[module] = types.ModuleType(module)
sys.modules["torch.utils.tensorboard"].SummaryWriter = writer
setattr(np, "int", int)  # noqa: B010 - a name that its agent asks for, and that NumPy no longer has

from nasim.agents.ql_agent import TabularQLearningAgent  # noqa: E402

name, steps, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
env = nasim.make_benchmark(name, fully_obs=True)
random.seed(seed)
agent = TabularQLearningAgent(env, seed, lr=0.1, training_steps=steps, exploration_steps=steps // 2, verbose=False)
agent.train()
returns = [agent.run_eval_episode(eval_epsilon=0)[0] for _ in range(64)]
print(f"{np.mean(returns):.1f} an episode, NASim's bound {env.get_score_upper_bound():.0f}")
