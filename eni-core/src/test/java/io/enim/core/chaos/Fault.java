package io.enim.core.chaos;

import java.time.Duration;
import java.util.Random;

/**
 * Something that goes wrong for a while.
 *
 * @param place where, for what goes wrong with calls
 * @param chance how likely a call is struck, in percent
 * @param detail what the kind says of it; of calls, zero for all, else the ENIs of one in three that are struck alone
 */
public record Fault(Duration at, Duration lasts, Kind kind, Place place, int chance, long detail) {
    /** What a process has beyond itself. */
    public enum Place {
        CLOUD,
        DEVICES,
        DISK,
        LIVENESS,
        METRICS,
        /** The provider, where it has a pool of its own or does without. */
        PROVIDER
    }

    public enum Kind {
        /** The call fails as its contract says, before it takes effect. */
        REFUSED,
        /** It takes effect, and its answer is lost. */
        LOST,
        /** An exception that no signature declares. */
        CHECKED,
        RUNTIME,
        LINKAGE,
        MEMORY,
        /** It hangs until it is interrupted, or the fault ends, and then fails. */
        HANGS,
        /** It hangs whatever happens until the fault ends, and then takes effect. */
        DEAF,
        /** It takes a minute or more, and takes effect. */
        LATE,
        /** It takes effect twice, as a request does that is sent again. */
        TWICE,
        /** An ADD cannot use the ENI: its device is not ENIM's to touch. */
        MISFIT,
        /** Its answer is not what the contract says. */
        MALFORMED,
        /** No thread can be started. */
        NO_THREADS,
        /** Timers fire up to two seconds late. */
        LATE_TIMERS,
        /** The wall clock is set by {@code detail} seconds. */
        CLOCK,
        /** The paths of namespaces that live are gone. */
        HIDDEN,
        /** A bit of a record in the run directory is flipped, and the process dies. */
        FLIP,
        /** The process dies at its call number {@code detail} from then on; the next one starts. */
        KILL,
        /** The machine loses power at that call. */
        POWER,
        /** The manager is closed, and the next one starts. */
        CLOSE
    }

    /** What goes wrong from now on. */
    public static Fault now(Kind kind, Place place, int chance) {
        return new Fault(Duration.ZERO, Duration.ZERO, kind, place, chance, 0);
    }

    public boolean isOfCalls() {
        return kind.compareTo(Kind.MALFORMED) <= 0;
    }

    /** Whether it lasts, and strikes what the process does; the others happen once. */
    public boolean isOfProcess() {
        return kind == Kind.NO_THREADS || kind == Kind.LATE_TIMERS;
    }

    /** Whether it strikes calls for this ENI, given by a number of its own; negative for calls that are for none. */
    public boolean isFor(int eni) {
        return detail == 0 || eni >= 0 && eni % 3 == detail - 1;
    }

    /** The same, but while another one lasts. */
    public Fault during(Fault other, Random random) {
        Duration begins = other.at.plusMillis((long) (random.nextDouble() * other.lasts.toMillis()));
        return new Fault(begins, lasts, kind, place, chance, detail);
    }

    @Override
    public String toString() {
        long seconds = at.toSeconds();
        String when = String.format("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
        return when + " for " + lasts.toSeconds() + " s: "
                + (isOfCalls() ? chance + " % of " + place + " " + kind : kind + " " + detail);
    }
}
