package io.enim.core.stress;

import io.enim.EniSetting;
import io.enim.core.check.Shrinking;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What several threads do to one node, all beginning together.
 *
 * @param enis how many ENIs the node may have
 * @param supply whether it has them all the time
 * @param threads what each thread does
 */
record StressProgram(int enis, Supply supply, List<List<StressAction>> threads) {
    /** How many operations may be under way: more than there are threads. */
    static final int PLACES = 12;

    /** How the pool keeps its ENIs. */
    enum Supply {
        /** All of them, ready again as soon as they are given back. */
        FIXED,
        /** One ahead of need, retired soon, and each cools down after use. */
        ELASTIC;

        /** Settings with which much happens in little time, and no caller waits long for what hangs. */
        Map<EniSetting, String> settings(int enis) {
            Map<EniSetting, String> settings = new EnumMap<>(EniSetting.class);
            settings.put(EniSetting.POOL_MAX, Integer.toString(enis));
            settings.put(EniSetting.POOL_MIN, Integer.toString(enis));
            settings.put(EniSetting.POOL_WARM, "0");
            settings.put(EniSetting.POOL_COOLDOWN, "0s");
            settings.put(EniSetting.ADD_TIMEOUT, "500ms");
            settings.put(EniSetting.DEL_TIMEOUT, "500ms");
            settings.put(EniSetting.UNDO_TIMEOUT, "500ms");
            settings.put(EniSetting.CLOSE_TIMEOUT, "2s");
            settings.put(EniSetting.MAX_OPERATIONS, Integer.toString(PLACES));
            settings.put(EniSetting.GC_AGE, "0s");
            settings.put(EniSetting.GC_TIMEOUT, "1s");
            if (this == ELASTIC) {
                settings.put(EniSetting.POOL_MIN, "0");
                settings.put(EniSetting.POOL_WARM, "1");
                settings.put(EniSetting.POOL_IDLE, "20ms");
                settings.put(EniSetting.POOL_COOLDOWN, "5ms");
            }
            return settings;
        }
    }

    StressProgram {
        threads = threads.stream().map(List::copyOf).toList();
    }

    /** The smallest that still fails, by leaving out one action after the other. */
    StressProgram shrunk(Predicate<StressProgram> fails) {
        return with(Shrinking.shrunk(threads, smaller -> fails.test(with(smaller))));
    }

    private StressProgram with(List<List<StressAction>> other) {
        return new StressProgram(enis, supply, other);
    }
}
