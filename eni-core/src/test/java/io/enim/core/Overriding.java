package io.enim.core;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes objects that pass every call on, but for the methods that a test replaces. */
public final class Overriding {
    private Overriding() {}

    /**
     * The target, but with the public methods of {@code replacement} in place of those of the interface that have the same
     * name and parameters. A default method that the target leaves as it is calls the replaced ones.
     */
    public static <T> T methods(Class<T> type, T target, Object replacement) {
        Map<Method, Method> replaced = new HashMap<>();
        for (Method method : type.getMethods()) {
            for (Method own : replacement.getClass().getMethods()) {
                if (own.getName().equals(method.getName())
                        && List.of(own.getParameterTypes()).equals(List.of(method.getParameterTypes()))) {
                    own.setAccessible(true);
                    replaced.put(method, own);
                }
            }
        }
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                if (replaced.containsKey(method)) {
                    return replaced.get(method).invoke(replacement, arguments);
                }
                return method.isDefault() && isDefault(target, method)
                        ? InvocationHandler.invokeDefault(proxy, method, arguments)
                        : method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static boolean isDefault(Object target, Method method) throws NoSuchMethodException {
        return target.getClass()
                .getMethod(method.getName(), method.getParameterTypes())
                .isDefault();
    }
}
