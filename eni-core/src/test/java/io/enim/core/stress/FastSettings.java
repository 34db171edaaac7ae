package io.enim.core.stress;

import io.enim.EniSetting;
import io.enim.core.stress.StressProgram.Supply;
import java.util.EnumMap;
import java.util.Map;

/** Settings with which much happens in little time, and no caller waits long for what hangs. */
final class FastSettings {
    private FastSettings() {}

    static Map<EniSetting, String> settings(int enis, Supply supply) {
        Map<EniSetting, String> settings = new EnumMap<>(EniSetting.class);
        settings.put(EniSetting.POOL_MAX, Integer.toString(enis));
        settings.put(EniSetting.POOL_MIN, Integer.toString(enis));
        settings.put(EniSetting.POOL_WARM, "0");
        settings.put(EniSetting.POOL_COOLDOWN, "0s");
        settings.put(EniSetting.ADD_TIMEOUT, "1s");
        settings.put(EniSetting.DEL_TIMEOUT, "1s");
        settings.put(EniSetting.UNDO_TIMEOUT, "1s");
        settings.put(EniSetting.CLOSE_TIMEOUT, "20s");
        settings.put(EniSetting.GC_AGE, "0s");
        settings.put(EniSetting.GC_TIMEOUT, "1s");
        if (supply == Supply.ELASTIC) {
            settings.put(EniSetting.POOL_MIN, "0");
            settings.put(EniSetting.POOL_WARM, "1");
            settings.put(EniSetting.POOL_IDLE, "20ms");
            settings.put(EniSetting.POOL_COOLDOWN, "5ms");
        }
        return settings;
    }
}
