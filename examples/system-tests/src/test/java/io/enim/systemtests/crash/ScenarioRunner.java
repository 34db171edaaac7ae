package io.enim.examples.agent.crash;

import io.enim.NoEniAvailableException;
import io.enim.examples.agent.crash.Remote.Died;
import io.enim.examples.agent.crash.Remote.Reply;
import io.enim.examples.agent.crash.Snare.Deed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Runs cases on one ground, each on what the one before left once it was found to be in order. Where a promise was broken
 * the next case gets a new ground.
 */
final class Matrix implements AutoCloseable {
    private static final int DIFFERENT_PASSES = 3;

    private final Jvm jvm;
    private final Path directory;
    private final int seed;
    private final Flaw flaw;
    private Ground ground;
    private int number;

    Matrix(Jvm jvm, Path directory, int seed, Flaw flaw) {
        this.jvm = jvm;
        this.directory = directory;
        this.seed = seed;
        this.flaw = flaw;
        this.ground = newGround();
    }

    private Ground newGround() {
        return new Ground(jvm, directory.resolve("seed" + seed + "-from" + (number + 1)), seed, flaw);
    }

    /**
     * How a case ended.
     *
     * @param reached whether everything happened that was to
     * @param after the points passed after the last thing that happened, up to the end of the second round
     * @param broken what was not as promised; empty when all was
     */
    record Result(Case run, boolean reached, List<Point> after, String broken) {}

    /** Passes of a point in a program that nothing disturbs. */
    record Reach(Program program, int passes) {}

    /** Runs every program undisturbed, and tells which points it passes, how often. */
    Map<Point, List<Reach>> rehearse() {
        Map<Point, List<Reach>> reaches = new LinkedHashMap<>();
        for (Program program : Program.values()) {
            Result result = run(new Case(program, List.of(), List.of(), false));
            if (!result.broken().isEmpty()) {
                throw new Violation(program + " undisturbed: " + result.broken());
            }
            Map<Point, Integer> counts = new LinkedHashMap<>();
            result.after().forEach(point -> counts.merge(point, 1, Integer::sum));
            counts.forEach((point, passes) ->
                    reaches.computeIfAbsent(point, key -> new ArrayList<>()).add(new Reach(program, passes)));
        }
        return reaches;
    }

    /** Runs a deed at a point by one of the programs that pass it, which one the seed says; others when that one misses. */
    Result at(Point point, Deed deed, List<Reach> reaches) {
        Random random = new Random(31L * seed + point.hashCode());
        List<Reach> order = new ArrayList<>(reaches);
        Collections.shuffle(order, random);
        // What leaves the pool smaller wants a new ground afterwards, so it comes last.
        order.sort(Comparator.comparing(reach -> reach.program().leaves(ground) < ground.size));
        boolean crowd = deed == Deed.FAIL || random.nextBoolean();
        Reach first = order.get(0);
        int passes = 1 + random.nextInt(Math.min(first.passes(), DIFFERENT_PASSES));
        Result result = run(new Case(first.program(), Snare.of(new Snare(point, passes, deed)), List.of(), crowd));
        for (int i = 0; i < order.size() && !result.reached() && result.broken().isEmpty(); i++) {
            Program program = order.get(i).program();
            result = run(new Case(program, Snare.of(new Snare(point, 1, deed)), List.of(), crowd));
        }
        return result;
    }

    /** Runs one case, and checks every promise after it. */
    Result run(Case wanted) {
        Play play = new Play(ground, ++number);
        boolean reached = false;
        List<Point> after = new ArrayList<>();
        try {
            reached = disturb(wanted, play, after);
            settle(play);
            if (wanted.program().leaves(ground) < ground.size) {
                renew();
            }
            return new Result(wanted, reached, after, "");
        } catch (Violation e) {
            return broken(wanted, reached, after, String.valueOf(e.getMessage()));
        } catch (Died e) {
            return broken(wanted, reached, after, "it ended where nothing was to happen: " + e.getMessage());
        }
    }

    private Result broken(Case wanted, boolean reached, List<Point> after, String why) {
        String detail = why + " (log: " + ground.log() + ", run " + number + ")";
        renew();
        return new Result(wanted, reached, after, detail);
    }

    private void renew() {
        ground.close();
        ground = newGround();
    }

    private boolean disturb(Case wanted, Play play, List<Point> after) {
        wanted.program().prepare(play);
        Violation.throwIfAny("preparing", play.errors());
        List<Snare> snares = new ArrayList<>(wanted.program().before());
        snares.addAll(wanted.during());
        ground.ask("snares " + Snare.text(snares));
        boolean died = dies(() -> wanted.program().act(play));
        boolean reached = died;
        if (!died) {
            List<String> passed = ground.ask("passed").orFail("passed");
            reached = passed.stream()
                            .filter(point -> point.startsWith(Trap.SPRANG))
                            .count()
                    == snares.size();
            passed.subList(1 + lastSprung(passed), passed.size()).forEach(point -> after.add(Point.parse(point)));
            if (wanted.during().isEmpty()) {
                Violation.throwIfAny("undisturbed", wanted.program().before().isEmpty() ? play.errors() : List.of());
            }
        }
        play.timePasses();
        if (died) {
            flaw.afterDeath(ground.runDirectory());
            ground.succeed();
            ground.ask("snares " + Snare.text(wanted.recovering()));
            boolean diedAgain = dies(() -> recover(wanted, play, true));
            if (diedAgain) {
                ground.succeed();
                recover(wanted, play, true);
            }
            reached = wanted.recovering().isEmpty() || diedAgain;
        } else {
            if (wanted.program().restarts()) {
                play.stop();
            }
            recover(wanted, play, wanted.program().restarts());
        }
        if (died) {
            ground.ask("passed").orFail("passed").forEach(point -> after.add(Point.parse(point)));
        }
        return reached;
    }

    private static int lastSprung(List<String> passed) {
        for (int i = passed.size() - 1; i >= 0; i--) {
            if (passed.get(i).startsWith(Trap.SPRANG)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the process ends during this; afterwards nothing more happens to it, whatever its other threads pass. */
    private boolean dies(Runnable deed) {
        try {
            deed.run();
            ground.ask("disarm");
            return false;
        } catch (Died e) {
            if (e.status != Death.STATUS) {
                throw e;
            }
            return true;
        }
    }

    /** All the help there is: the process is started, and collects twice. */
    private void recover(Case wanted, Play play, boolean fromNothing) {
        if (fromNothing) {
            ground.start("enim.pool.min=" + wanted.program().leaves(ground));
        }
        ground.awaitHeard();
        ground.awaitHardware();
        // Whatever is called free is taken.
        long free = wanted.crowd() ? ground.count("READY") : 0;
        for (int i = 0; i < free; i++) {
            play.add("newcomer" + i);
        }
        ground.ask("gc").orFail("gc");
        ground.ask("gc").orFail("gc");
        Violation.throwIfAny("after two rounds", Promises.broken(ground, play.strayed()));
        ground.awaitSettled(wanted.program().leaves(ground));
    }

    /** The endpoint that was disturbed comes again and is served, all go, and the ground is as before. */
    private void settle(Play play) {
        Violation.throwIfAny("in the end", Promises.brokenInTheEnd(ground, play.strayed()));
        String victim = play.name(Play.VICTIM);
        play.endpoints().stream()
                .filter(name -> !name.equals(victim))
                .forEach(name -> ground.ask("del " + name).orFail("del " + name));
        if (ground.hasSandbox(victim)) {
            // The newcomers' ENIs rest for a moment; any other answer than that none is free is not what was promised.
            Ground.await("an ENI is free for " + victim, () -> isServed(ground.add(victim)));
            Violation.throwIfAny("ADD again", ground.ask("check " + victim).orFail("check"));
        }
        ground.ask("del " + victim).orFail("del " + victim);
        play.endpoints().forEach(ground::endSandbox);
        Ground.await(
                "every ENI that no bystander holds is ready",
                () -> ground.count() == 0
                        && ground.count("READY")
                                == ground.facts().cloud().size()
                                        - ground.bystanders().size());
        Violation.throwIfAny("when all are gone", Promises.brokenInTheEnd(ground, Set.of()));
    }

    private static boolean isServed(Reply reply) {
        boolean noneIsFree = reply.error()
                .filter(error -> error.startsWith(NoEniAvailableException.class.getSimpleName()))
                .isPresent();
        return !noneIsFree && !reply.orFail("ADD again").isEmpty();
    }

    /** Ends the ground's process orderly. */
    void endOrderly() {
        ground.endOrderly();
    }

    @Override
    public void close() {
        ground.close();
    }
}
