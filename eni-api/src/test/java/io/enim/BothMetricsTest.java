package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BothMetricsTest {
    private final List<String> told = new ArrayList<>();

    private EniMetrics named(String name) {
        return (EniMetrics) Proxy.newProxyInstance(
                EniMetrics.class.getClassLoader(), new Class<?>[] {EniMetrics.class}, (proxy, method, arguments) -> {
                    told.add(name + " " + method.getName());
                    return null;
                });
    }

    private static Object value(Class<?> type) {
        if (type == int.class) {
            return 1;
        }
        if (type == OperationReport.class) {
            Endpoint endpoint = Endpoint.of("shop", "cart");
            return new OperationReport("ADD", endpoint, Instant.EPOCH, Duration.ZERO, "ok", List.of());
        }
        return type.isEnum()
                ? type.getEnumConstants()[0]
                : Map.<Class<?>, Object>of(String.class, "x", Duration.class, Duration.ZERO, Map.class, Map.of())
                        .get(type);
    }

    /** Each method of the interface, also one that is added later. */
    @Test
    void bothAreToldOfEverythingTheFirstOneFirst() throws ReflectiveOperationException {
        EniMetrics both = EniMetrics.both(named("first"), named("second"));
        for (Method method : EniMetrics.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                told.clear();
                method.invoke(
                        both,
                        Arrays.stream(method.getParameterTypes())
                                .map(BothMetricsTest::value)
                                .toArray());
                assertThat(told).containsExactly("first " + method.getName(), "second " + method.getName());
            }
        }
    }

    @Test
    void p15_theSecondIsToldThoughTheFirstThrows() {
        EniMetrics throwing = new EniMetrics() {
            @Override
            public void waiting(int adds) {
                throw new IllegalStateException("broken");
            }
        };
        assertThatThrownBy(() -> EniMetrics.both(throwing, named("second")).waiting(1))
                .hasMessage("broken");
        assertThat(told).containsExactly("second waiting");
    }
}
