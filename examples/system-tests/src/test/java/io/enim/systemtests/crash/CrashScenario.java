package io.enim.examples.agent.crash;

import io.enim.examples.agent.crash.Snare.Deed;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong in one run.
 *
 * @param during what happens while the program acts, one after another
 * @param recovering what happens to the process that is started next
 * @param crowd whether others take every free ENI before anything is collected
 */
record Case(Program program, List<Snare> during, List<Snare> recovering, boolean crowd) {
    Point point() {
        return during.get(0).point();
    }

    /** The same, and then this. */
    Case then(Snare snare) {
        List<Snare> more = new ArrayList<>(during);
        more.add(snare);
        return new Case(program, more, recovering, crowd);
    }

    /** The same, and this to the process that is started next. */
    Case thenInRecovery(Snare snare) {
        return new Case(program, during, List.of(snare), crowd);
    }

    boolean kills() {
        return during.stream().anyMatch(snare -> snare.deed() == Deed.KILL);
    }

    @Override
    public String toString() {
        return program + ": " + during + (recovering.isEmpty() ? "" : ", then while it recovers " + recovering)
                + (crowd ? ", in a crowd" : "");
    }
}
