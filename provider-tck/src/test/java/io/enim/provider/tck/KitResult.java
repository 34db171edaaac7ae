package io.enim.provider.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What a kit says about an implementation. */
final class KitResult implements TestExecutionListener {
    private static final Pattern RULE = Pattern.compile("(?:required|optional)_([a-z]+[0-9]*)_.*\\(\\)");

    private static final String IMPLEMENTATION = "implementation";

    private final Map<String, String> failures = new TreeMap<>();
    private final Set<String> passed = new TreeSet<>();

    /** Gives the name of the implementation to a kit's constructor. */
    static final class ImplementationName implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == String.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getConfigurationParameter(IMPLEMENTATION).orElseThrow();
        }
    }

    static KitResult of(Class<?> kit, String implementation) {
        KitResult kitResult = new KitResult();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(kit))
                                .configurationParameter(IMPLEMENTATION, implementation)
                                .build(),
                        kitResult);
        return kitResult;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            String name = test.getDisplayName();
            if (result.getStatus() == Status.SUCCESSFUL) {
                passed.add(name);
            } else if (result.getStatus() == Status.FAILED) {
                failures.put(
                        name, result.getThrowable().map(Throwable::toString).orElse(""));
            }
        }
    }

    /** The rules that are broken, by number. */
    Set<String> brokenRules() {
        return failures.keySet().stream()
                .map(test -> RULE.matcher(test).replaceFirst("$1"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The failed tests, each with its message. */
    Map<String, String> failures() {
        return failures;
    }

    Set<String> passed() {
        return passed;
    }
}
