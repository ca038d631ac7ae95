extension TraCIProgram {
    /// The program without its data: a mirror of `SignalClock`, `SafetyEnvelope`, `SignalStateEncoder` and
    /// `LearnedController`, second by second.
    static let template = #"""
        #!/usr/bin/env python3
        """Lets a learned policy control the traffic lights of a SUMO simulation. @ORIGIN@

        As a program it repeats the evaluation: python3 THIS_FILE POLICY_FOLDER [--seed 1] [--seconds N]
        prints the delay in s/vehicle that shardq evaluate traffic --policy POLICY_FOLDER has for that seed.

        In a simulation of your own, whose additional files include what --detectors FILE writes:

            controller = Controller("POLICY_FOLDER")
            traci.start([...])
            controller.begin()
            while ...:
                traci.simulationStep(controller.next_time())
                controller.observe()

        It needs Python 3.8 and SUMO's own traci module (SUMO_HOME, or pip install traci). All it reads is the policy's folder.
        """
        import argparse
        import array
        import contextlib
        import json
        import math
        import os
        import struct
        import sys
        import tempfile
        import xml.etree.ElementTree

        sys.path.append(os.path.join(os.environ.get("SUMO_HOME", "/usr/share/sumo"), "tools"))
        import traci
        import traci.constants as tc

        DATA = json.loads('''@DATA@''')
        WORD = (1 << 64) - 1
        CRAWL = 2.0  # m/s below which who is inside a junction does not get out of it
        STANDING = 0.5  # m/s below which a pedestrian stands


        def read_array(path, kind):
            """Reads a numpy file of 32-bit numbers."""
            with open(path, "rb") as file:
                if file.read(6) != b"\x93NUMPY":
                    sys.exit(path + ": not a numpy file")
                version = file.read(2)[0]
                size = struct.unpack("<H", file.read(2))[0] if version == 1 else struct.unpack("<I", file.read(4))[0]
                file.read(size)
                values = array.array(kind)
                values.frombytes(file.read())
            if sys.byteorder == "big":
                values.byteswap()
            return values


        class Light:
            """What one light shows and how long its vehicles have waited."""

            def __init__(self, data, part):
                self.data, self.part = data, part
                self.phase = self.previous = 0
                self.age, self.left = DATA["minimumGreen"], 0
                self.held = self.wait_at_end = 0
                self.waits = [0] * len(data["linkLanes"])

            def can_decide(self):
                return self.left == 0 and self.age >= DATA["minimumGreen"]

            def request(self, phase):
                self.left, self.age = self.data["changeSeconds"][self.phase][phase], 0
                self.previous, self.phase = self.phase, phase
                self.held = self.wait_at_end = 0

            def has_green(self, link):
                greens = self.data["linkGreens"]
                return greens[self.phase][link] and (self.left == 0 or greens[self.previous][link])

            def advance(self, demand):
                change = min(self.left, 1)
                self.left -= change
                self.age = 0 if self.left > 0 else self.age + 1 - change
                for link, lanes in enumerate(self.data["linkLanes"]):
                    if change and self.left == 0 and self.waits[link] and self.data["linkGreens"][self.phase][link]:
                        self.wait_at_end = max(self.wait_at_end, self.waits[link] + 1 + self.data["haste"][link])
                    red = self.data["isGuarded"][link] and not self.has_green(link)
                    waits = red and any(demand[lane] > 0 or DATA["isBlind"][lane] for lane in lanes)
                    self.waits[link] = self.waits[link] + 1 if waits else 0

            def red_waits(self):
                waits = [wait + haste if wait > 0 else 0 for wait, haste in zip(self.waits, self.data["haste"])]
                greens = self.data["linkGreens"]
                return [max([wait for wait, green in zip(waits, links) if green] + [0]) for links in greens]

            def must_hold(self, blocked, second):
                """Whether a change that has just ended takes a second more: somebody is in the next green's way."""
                data, phase = self.data, self.phase
                if self.left > 0 or self.age > 0 or self.held == DATA["longestHold"]:
                    return False
                ways = zip(data["isGuarded"], data["linkGreens"][phase], data["linkInsides"])
                lanes = [lane for guarded, green, inside in ways if guarded and not green for lane in inside]
                if data["holds"][self.previous][phase] < 0 or not any(blocked[lane] for lane in lanes):
                    return False
                waits = self.red_waits()
                waits[phase] = self.wait_at_end + self.held if self.wait_at_end else 0
                return self.allows_hold(second, waits)

            def allows_hold(self, second, red_waits):
                """Whether everybody keeps the maximum red all the same."""
                interval = DATA["interval"]
                following = -(-(second + 1 + DATA["minimumGreen"]) // interval) * interval - second
                for phase, wait in enumerate(red_waits):
                    before = sum(
                        1 for other, longer in enumerate(red_waits)
                        if other not in (phase, self.phase) and (longer > wait or longer == wait and other < phase)
                    )
                    time = following + before * self.data["holdTime"] + self.data["changeTime"]
                    if wait > 0 and wait + (1 if phase == self.phase else time) > DATA["maximumRed"]:
                        return False
                return True

            def allowed(self, red_waits):
                """The phases that the safety envelope leaves."""
                count = len(red_waits)
                longest, urgent = 0, False
                for phase, wait in enumerate(red_waits):
                    if wait <= 0:
                        continue
                    before = sum(
                        1 for other in range(count)
                        if red_waits[other] > wait or red_waits[other] == wait and other < phase
                    )
                    if wait + (before + 1) * self.data["holdTime"] + self.data["changeTime"] > DATA["maximumRed"]:
                        urgent = True
                    if wait > red_waits[longest]:
                        longest = phase
                if urgent:
                    return {longest}
                phases = set(range(count))
                if self.age + DATA["interval"] > DATA["maximumGreen"] and max(red_waits) > 0:
                    phases.discard(self.phase)
                return phases

            def clearing(self, blocked):
                """The phases that keep green for as many as possible of the ways on which somebody stands inside."""
                standing = [
                    link for link, insides in enumerate(self.data["linkInsides"])
                    if self.data["isGuarded"][link] and any(blocked[lane] for lane in insides)
                ]
                if len(standing) < 2:
                    return set()
                served = [sum(greens[link] for link in standing) for greens in self.data["linkGreens"]]
                most = max(served)
                return {phase for phase, links in enumerate(served) if links == most > min(served)}


        class Controller:
            """Asks the policy every few seconds and sets the lights."""

            def __init__(self, folder):
                with open(os.path.join(folder, "policy.json"), encoding="utf-8") as file:
                    manifest = json.load(file)
                if manifest["tableDigest"] != DATA["digest"]:
                    sys.exit(folder + ": not the policy that this program was written for")
                self.width = manifest["actionCount"]
                self.values = read_array(os.path.join(folder, "action-values.npy"), "f")
                self.visits = read_array(os.path.join(folder, "visit-counts.npy"), "I")

            def begin(self):
                """Gives SUMO the programs; to be called once, before the first step."""
                self.lights = [Light(data, part) for data, part in zip(DATA["lights"], DATA["parts"])]
                self.demand = [0] * len(DATA["lanes"])
                self.halting = [0] * len(DATA["lanes"])
                self.full = [False] * len(DATA["exits"])
                self.blocked = [False] * len(DATA["insides"])
                self.second = 0
                for light in self.lights:
                    phases = [
                        traci.trafficlight.Phase(
                            float(seconds), state, float(seconds), float(seconds), () if next == "-1" else (int(next),)
                        )
                        for seconds, state, next in light.data["program"]
                    ]
                    logic = traci.trafficlight.Logic("shardq", 0, 0, phases)
                    traci.trafficlight.setProgramLogic(light.data["name"], logic)
                for lane in DATA["lanes"]:
                    traci.lane.subscribe(lane, [tc.LAST_STEP_VEHICLE_NUMBER, tc.LAST_STEP_VEHICLE_HALTING_NUMBER])
                for detector in DATA["detectorNames"]:
                    if detector:
                        traci.lanearea.subscribe(detector, [tc.LAST_STEP_VEHICLE_NUMBER])
                for stretch in DATA["stretches"]:
                    counts = [tc.LAST_STEP_VEHICLE_NUMBER, tc.LAST_STEP_VEHICLE_HALTING_NUMBER]
                    traci.lane.subscribe(stretch["lane"], counts)
                    if stretch["detector"]:
                        traci.lanearea.subscribe(stretch["detector"], [tc.LAST_STEP_VEHICLE_NUMBER])
                for entry in DATA["entries"]:
                    traci.edge.subscribe(entry["edge"], [tc.VAR_PENDING_VEHICLES])
                for area in DATA["areas"]:
                    traci.edge.subscribe(area, [tc.LAST_STEP_PERSON_ID_LIST])
                for lane in DATA["insides"]:
                    traci.lane.subscribe(lane, [tc.LAST_STEP_VEHICLE_NUMBER, tc.LAST_STEP_MEAN_SPEED])
                for lane in DATA["exits"]:
                    traci.lane.subscribe(lane, [tc.LAST_STEP_VEHICLE_NUMBER, tc.LAST_STEP_VEHICLE_HALTING_NUMBER])
                self.decide()

            def next_time(self):
                """The second to which to simulate next."""
                return DATA["begin"] + self.second + 1

            def observe(self):
                """Looks at what a second has brought; decides when it is time to."""
                self.look()
                for index, lane in enumerate(DATA["insides"]):
                    seen = traci.lane.getSubscriptionResults(lane)
                    slow = seen[tc.LAST_STEP_MEAN_SPEED] < CRAWL
                    self.blocked[index] = seen[tc.LAST_STEP_VEHICLE_NUMBER] > 0 and slow
                for light in self.lights:
                    light.advance(self.demand)
                    name = light.data["name"]
                    if traci.trafficlight.getProgram(name) != "shardq":
                        sys.exit("light %s follows another program since second %d" % (name, self.second))
                self.second += 1
                if self.second % DATA["interval"] == 0:
                    self.decide()
                for light in self.lights:
                    if light.must_hold(self.blocked, self.second):
                        hold = light.data["holds"][light.previous][light.phase]
                        traci.trafficlight.setPhase(light.data["name"], hold)
                        light.left, light.held = 1, light.held + 1

            def look(self):
                """Counts who is before each stop line, on the roads before a short one, outside, and at crossings."""
                count = len(DATA["lanes"])
                near, halting, vehicles = [0] * count, [0] * count, [0] * count
                for index, (lane, detector) in enumerate(zip(DATA["lanes"], DATA["detectorNames"])):
                    seen = traci.lane.getSubscriptionResults(lane)
                    vehicles[index] = seen[tc.LAST_STEP_VEHICLE_NUMBER]
                    halting[index] = seen[tc.LAST_STEP_VEHICLE_HALTING_NUMBER]
                    if detector:
                        near[index] = traci.lanearea.getSubscriptionResults(detector)[tc.LAST_STEP_VEHICLE_NUMBER]
                more = [[0.0, 0.0, 0.0, 0.0] for _ in range(count)]
                for stretch in DATA["stretches"]:
                    seen = traci.lane.getSubscriptionResults(stretch["lane"])
                    close = seen[tc.LAST_STEP_VEHICLE_NUMBER]
                    if stretch["detector"]:
                        close = traci.lanearea.getSubscriptionResults(stretch["detector"])[tc.LAST_STEP_VEHICLE_NUMBER]
                    for lane, share in zip(stretch["lanes"], stretch["shares"]):
                        more[lane][0] += close * share
                        more[lane][1] += seen[tc.LAST_STEP_VEHICLE_HALTING_NUMBER] * share
                        more[lane][3] += seen[tc.LAST_STEP_VEHICLE_NUMBER] * share
                for entry in DATA["entries"]:
                    outside = len(traci.edge.getSubscriptionResults(entry["edge"])[tc.VAR_PENDING_VEHICLES])
                    for lane, share in zip(entry["lanes"], entry["shares"]):
                        more[lane][2] += outside * share
                more = [[math.ceil(part - 1e-6) for part in parts] for parts in more]
                for lane, room in enumerate(DATA["rooms"]):
                    if vehicles[lane] + more[lane][3] < room:
                        more[lane][2] = 0
                for crossing in DATA["crossings"]:
                    lane = crossing["lane"]
                    near[lane] = halting[lane] = more[lane][0] = more[lane][1] = 0
                for area in DATA["areas"]:
                    for person in traci.edge.getSubscriptionResults(area)[tc.LAST_STEP_PERSON_ID_LIST]:
                        edge = traci.person.getNextEdge(person)
                        for crossing in DATA["crossings"]:
                            if crossing["edge"] == edge and area in crossing["areas"]:
                                near[crossing["lane"]] += 1
                                halting[crossing["lane"]] += traci.person.getSpeed(person) < STANDING
                                break
                for lane in range(count):
                    self.halting[lane] = halting[lane] + more[lane][1]
                    self.demand[lane] = max(near[lane] + more[lane][0], self.halting[lane]) + more[lane][2]
                for index, (lane, room) in enumerate(zip(DATA["exits"], DATA["exitRooms"])):
                    self.full[index] = traci.lane.getSubscriptionResults(lane)[tc.LAST_STEP_VEHICLE_NUMBER] >= room

            def decide(self):
                for light in self.lights:
                    if not light.can_decide():
                        continue
                    phase = self.choose(light)
                    if phase != light.phase:
                        traci.trafficlight.setPhase(light.data["name"], light.data["changes"][light.phase][phase])
                        light.request(phase)

            def choose(self, light):
                data = light.data
                count = len(data["phaseLanes"])
                demand = [sum(self.demand[lane] for lane in lanes) for lanes in data["phaseLanes"]]
                allowed, clearing = light.allowed(light.red_waits()), light.clearing(self.blocked)
                called = {light.phase} | {
                    phase for phase, lanes in enumerate(data["phaseLanes"])
                    if demand[phase] > 0 or any(DATA["isBlind"][lane] for lane in lanes)
                }
                if allowed & clearing:
                    allowed &= clearing
                    called |= clearing
                choices = sorted(allowed & called)
                row = self.state(light, demand) * self.width
                known = [phase for phase in choices if self.visits[row + phase] > 0]
                if known:
                    wish = max(known, key=lambda phase: (self.values[row + phase], -phase))
                else:
                    wish = light.phase if light.phase in choices else choices[0]
                    for phase in choices:
                        if demand[phase] > demand[wish]:
                            wish = phase
                while wish not in allowed:
                    wish = (wish + 1) % count
                return wish

            def state(self, light, demand):
                def level(value, limits):
                    return sum(1 for limit in limits if value >= limit)

                count, bins, ages = DATA["phaseCount"], DATA["demandBins"], DATA["greenAges"]
                demand = demand + [-1] * (count - len(demand))
                state = light.part * count + light.phase
                state = state * (len(ages) + 1) + level(light.age, ages)
                if DATA["seesExits"]:
                    state = 2 * state + any(self.full[lane] for lane in light.data["phaseExits"][light.phase])
                if DATA["neighborBins"]:
                    waiting = sum(self.halting[lane] for lane in light.data["neighbors"])
                    state = state * (len(DATA["neighborBins"]) + 1) + level(waiting, DATA["neighborBins"])
                if DATA["seesEveryPhase"]:
                    for phase in range(count):
                        state = state * (len(bins) + 1) + level(demand[phase], bins)
                    return state
                rival = 1 if light.phase == 0 else 0
                for other in range(count):
                    if other != light.phase and demand[other] > demand[rival]:
                        rival = other
                state = state * (len(bins) + 1) + level(demand[light.phase], bins)
                state = state * count + rival
                return state * (len(bins) + 1) + level(demand[rival], bins)


        def mix(value):
            value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & WORD
            value = ((value ^ value >> 27) * 0x94D049BB133111EB) & WORD
            return value ^ value >> 31


        def sumo_seed(seed):
            """The seed that SUMO gets in an evaluation."""
            step = 0x9E3779B97F4A7C15
            key = mix(mix((seed + step) & WORD) ^ (3 * step & WORD))
            lane = mix((key + step * ((1 << 40) + 1)) & WORD)
            return mix((lane + step) & WORD) >> 33


        def delay(path):
            """Seconds lost per vehicle that wanted to enter, those that never did included."""
            lost, count = 0.0, 0
            for trip in xml.etree.ElementTree.parse(path).getroot().iter("tripinfo"):
                count += 1
                lost += float(trip.get("departDelay"))
                if float(trip.get("depart")) >= 0:
                    lost += float(trip.get("timeLoss"))
            return lost / max(1, count)


        def main():
            parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
            parser.add_argument("folder", nargs="?", help="the policy folder")
            parser.add_argument("--seed", type=int, default=1, help="an evaluation seed (default: 1)")
            parser.add_argument("--seconds", type=int, default=DATA["seconds"], help="simulated seconds")
            parser.add_argument("--sumo", default=DATA["sumo"], help="the program (default: %(default)s)")
            parser.add_argument("--detectors", metavar="FILE", help="write the detectors for a simulation of your own")
            arguments = parser.parse_args()
            if arguments.detectors:
                with open(arguments.detectors, "w", encoding="utf-8") as file:
                    file.write(DATA["detectors"])
                return
            if arguments.folder is None:
                parser.error("name the policy folder, or --detectors FILE")
            controller = Controller(arguments.folder)
            with tempfile.TemporaryDirectory(prefix="shardq-") as folder:
                with open(os.path.join(folder, "detectors.add.xml"), "w", encoding="utf-8") as file:
                    file.write(DATA["detectors"])
                options = [option.replace("@FOLDER@", folder.lstrip("/")) for option in DATA["options"]]
                # The module says on standard output how often it has tried to connect.
                with contextlib.redirect_stdout(sys.stderr):
                    traci.start([arguments.sumo] + options + ["--seed", str(sumo_seed(arguments.seed))])
                controller.begin()
                for _ in range(arguments.seconds):
                    traci.simulationStep(controller.next_time())
                    controller.observe()
                traci.close()
                print(repr(delay(os.path.join(folder, "shardq journeys.xml"))))


        if __name__ == "__main__":
            main()
        """#
}
