package io.enim.provider.tck;

import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import io.enim.provider.tck.PlainCloud.Backend;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Clouds that are plain but for one thing, which breaks one rule: by name, in a table. */
final class BadClouds {
    /**
     * One of them.
     *
     * @param faults what goes wrong with its calls
     * @param injectsFaults whether the kit may make calls fail
     * @param cloud makes an adapter
     */
    record BadCloud(
            String rule,
            Supplier<ScriptedFaults> faults,
            boolean injectsFaults,
            BiFunction<Backend, OwnerTag, EniCloud> cloud) {}

    static final Map<String, BadCloud> ALL = new BadClouds().byName;

    private final Map<String, BadCloud> byName = new TreeMap<>();

    private BadClouds() {
        BadAnswers.addTo(this);
        BadChanges.addTo(this);
        BadErrors.addTo(this);
    }

    void add(String rule, String name, BiFunction<Backend, OwnerTag, EniCloud> cloud) {
        byName.put(name, new BadCloud(rule, ScriptedFaults::new, false, cloud));
    }

    /** One that changes what describe answers; each adapter has a change of its own. */
    void describing(String rule, String name, Supplier<UnaryOperator<List<CloudEni>>> changes) {
        add(rule, name, (backend, ownerTag) -> {
            UnaryOperator<List<CloudEni>> change = changes.get();
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return change.apply(super.describe());
                }
            };
        });
    }

    /** One whose calls go wrong in a way of its own. */
    void failing(String rule, String name, Supplier<ScriptedFaults> faults) {
        byName.put(name, new BadCloud(rule, faults, true, PlainCloud::new));
    }
}
