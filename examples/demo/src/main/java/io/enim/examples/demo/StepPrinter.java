package io.enim.examples.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Tells the story: one line for each step, with how long it took. Not thread-safe. */
final class StepPrinter {
    private static final int WIDTH = 100;

    private final PrintStream out;
    private final Mode mode;
    private int steps;

    /** How much to say. */
    enum Mode {
        /** Everything. */
        FULL,
        /** Nothing but how it ended. */
        QUIET
    }

    StepPrinter(PrintStream out, Mode mode) {
        this.out = out;
        this.mode = mode;
    }

    /** Does one step; the line comes when it is done, and says what the step returned. */
    void step(Callable<String> work) {
        long began = System.nanoTime();
        String told;
        steps++;
        try {
            told = work.call();
        } catch (DemoException e) {
            throw e;
        } catch (Exception e) { // Whatever a step runs into, the demo has not shown what it promised.
            throw new DemoException("step " + steps + " failed: " + e, e);
        }
        double millis = (System.nanoTime() - began) / 1e6;
        say(String.format(Locale.ROOT, "%2d  %-" + WIDTH + "s %8.1f ms", steps, told, millis));
    }

    /** Something to look at. */
    void show(String text) {
        text.lines().forEach(line -> say("      " + line));
    }

    void say(String line) {
        if (mode == Mode.FULL) {
            out.println(line);
            out.flush();
        }
    }

    int steps() {
        return steps;
    }
}
