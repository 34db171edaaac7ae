// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.manager;

import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.core.internal.pool.EniPool;
import io.enim.provider.EniProvider;
import io.enim.spi.NetworkDevices;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A part that another party wrote: an answer of null, or an exception that its contract does not know, becomes an error of
 * the kind that callers of a manager expect. An {@link Error} stays what it is. As safe for concurrent use as the part.
 */
final class ForeignPart {
    private ForeignPart() {}

    /** ENIM's own pool is no foreign part, and stays as it is. */
    static EniProvider provider(EniProvider part) {
        return part instanceof EniPool
                ? part
                : checked(
                        EniProvider.class,
                        part,
                        (call, cause) -> new FatalProviderException(
                                Refusal.OTHER,
                                "",
                                call + ": the provider broke its contract with " + what(cause),
                                cause));
    }

    static NetworkDevices devices(NetworkDevices part) {
        return checked(
                NetworkDevices.class,
                part,
                (call, cause) -> new DeviceException(
                        DeviceException.Kind.KERNEL,
                        call,
                        "a device",
                        "",
                        "the device layer broke its contract with " + what(cause),
                        cause));
    }

    private static String what(@Nullable Throwable cause) {
        return cause == null ? "an answer of null" : cause.toString();
    }

    private static <T> T checked(Class<T> type, T part, BiFunction<String, @Nullable Throwable, EniException> broken) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object answer;
                    try {
                        answer = method.invoke(part, arguments);
                    } catch (InvocationTargetException e) {
                        Throwable cause = e.getCause();
                        throw cause instanceof EniException || cause instanceof Error
                                ? cause
                                : broken.apply(method.getName(), cause);
                    }
                    if (answer == null && method.getReturnType() != void.class) {
                        throw broken.apply(method.getName(), null);
                    }
                    return answer;
                }));
    }
}
