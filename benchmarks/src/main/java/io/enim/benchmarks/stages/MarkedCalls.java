// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.stages;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Runs something before and after some methods of an object, whichever code calls them. */
final class MarkedCalls {
    private MarkedCalls() {}

    static <T> T around(Class<T> type, T target, Set<String> methods, Runnable before, Runnable after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean isMarked = methods.contains(method.getName());
                    if (isMarked) {
                        before.run();
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw requireNonNull(e.getCause());
                    } finally {
                        if (isMarked) {
                            after.run();
                        }
                    }
                }));
    }
}
