// SPDX-License-Identifier: Apache-2.0
package io.enim.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a test class only in private network and mount namespaces, where it cannot harm the machine; otherwise it is skipped,
 * and the reason is printed. The build starts the tests' JVM in such namespaces and says so in the system property
 * {@code enim.it.namespaces}: {@code private}, or another word with the reason in {@code enim.it.namespaces.reason}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PrivateNamespaces.Condition.class)
public @interface PrivateNamespaces {
    /** Reads the system property. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String state = System.getProperty("enim.it.namespaces", "not started through .ci/private-netns");
            if (state.equals("private")) {
                return ConditionEvaluationResult.enabled("in private namespaces");
            }
            String reason = state + ": " + System.getProperty("enim.it.namespaces.reason", "no reason was given");
            System.out.println(context.getDisplayName() + " skipped, private namespaces are " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
