package io.enim.core.internal.allocator;

import java.util.concurrent.ThreadLocalRandom;

/** A key whose every look can go wrong: it throws, or other threads run for a while first. Equal by number. */
record HostileKey(int number) {
    /** What it throws. */
    static final class KeyError extends Error {
        private static final long serialVersionUID = 1L;

        KeyError() {
            super("a key fails", null, false, false);
        }
    }

    private static final int ONE_IN = 500;

    private static void look() {
        switch (ThreadLocalRandom.current().nextInt(ONE_IN)) {
            case 0 -> throw new KeyError();
            case 1 -> throw new IllegalStateException("a key fails");
            case 2 -> Thread.yield();
            default -> {}
        }
    }

    @Override
    public boolean equals(Object other) {
        look();
        return other instanceof HostileKey key && key.number == number;
    }

    @Override
    public int hashCode() {
        look();
        return number;
    }
}
