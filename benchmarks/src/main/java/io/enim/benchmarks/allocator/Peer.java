// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.allocator;

import java.util.List;

/** The measured pools, and the promises of ENIM's allocator that each lacks. Public for the code that JMH generates. */
public enum Peer {
    ENIM("ENIM", Integer.MAX_VALUE, "–"),
    ONE_MUTEX(
            "the original's way",
            10_000,
            "Not lock-free: a thread stopped inside stops all. Cost grows with the ENIs in use. No epoch: a late"
                    + " release frees the next holder's ENI."),
    SYNCHRONIZED(
            "synchronized map and deque",
            Integer.MAX_VALUE,
            "Not lock-free: a thread stopped inside stops all. No epoch. Otherwise the same, exact exhaustion"
                    + " included."),
    DEQUE(
            "LinkedBlockingDeque + map",
            Integer.MAX_VALUE,
            "Not lock-free (the deque's lock, the map's bin locks). Between removal and return an ENI is neither held"
                    + " nor free, so \"none\" is not exact. No epoch."),
    JCTOOLS(
            "JCTools MPMC queue + map",
            Integer.MAX_VALUE,
            "Not lock-free (the map's bin locks; a producer stopped half way hides what is behind it). \"None\" is not"
                    + " exact. No epoch. First in, first out; bounded."),
    HIKARI(
            "HikariCP ConcurrentBag + map",
            10_000,
            "Not lock-free (the map's bin locks). \"None\" means none was seen in one pass. Finds a free one by going"
                    + " through all; adding one copies all. No epoch."),
    COMMONS(
            "commons-pool2 + map",
            100_000,
            "Not lock-free (locks in the idle deque, in each object and in the map). \"None\" is not exact. No epoch."),
    STORMPOT(
            "Stormpot + map",
            100_000,
            "Not lock-free (its queue and the map's bins). A thread's own cache may keep a free ENI from being seen"
                    + " for a moment: \"none\" is not exact. No epoch for the key.");

    final String title;
    /** With more ENIs, filling takes minutes or an operation milliseconds: it is left out, and the page says so. */
    final int most;

    final String lacks;

    Peer(String title, int most, String lacks) {
        this.title = title;
        this.most = most;
        this.lacks = lacks;
    }

    KeyedPool filled(List<String> enis) {
        return switch (this) {
            case ENIM -> new EnimPool(enis);
            case ONE_MUTEX -> new OneMutexPool(enis);
            case SYNCHRONIZED -> new SynchronizedPool(enis);
            case DEQUE -> MappedBag.blockingDeque(enis);
            case JCTOOLS -> MappedBag.jctools(enis);
            case HIKARI -> MappedBag.hikari(enis);
            case COMMONS -> MappedBag.commonsPool(enis);
            case STORMPOT -> MappedBag.stormpot(enis);
        };
    }
}
