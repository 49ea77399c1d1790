"""kill -9 of the server at random moments under load."""

import signal

from world import Template, World, must_catch, sleep

NAME = "kill -9 under load"


def prove(template: Template, chance) -> str:
    def planted():
        with World(template, chance) as world:
            world.start()
            saved = world.saved()
            pool, work = world.press([world.body() for _ in range(20)])
            for done in work:
                done.result()
            world.server.kill()
            world.put_back(saved)
            world.start_and_check()

    return must_catch("store put back after acknowledgements", planted)


def rounds(template: Template, chance, count: int):
    """Yields after every round; a world grows for 25 rounds, so that checking it stays cheap."""
    for first in range(0, count, 25):
        with World(template, chance) as world:
            world.start()
            for number in range(first, min(first + 25, count)):
                pool, work = world.press([world.body() for _ in range(80)])
                sleep(chance.uniform(0.0, 0.4))
                world.server.process.send_signal(signal.SIGKILL)
                for done in work:
                    done.result()
                pool.shutdown()
                world.server.kill()
                if chance.random() < 0.3:
                    # Once more while it recovers.
                    world.start(wait=False)
                    sleep(chance.uniform(0.0, 0.25))
                    world.server.kill()
                world.start_and_check()
                yield world.history.acknowledged if number % 25 == 24 or number + 1 == count else 0
            world.stop()
            world.fsck()
