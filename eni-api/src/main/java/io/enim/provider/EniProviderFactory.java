package io.enim.provider;

/**
 * Makes a provider. Found with {@link java.util.ServiceLoader}: name the class in
 * {@code META-INF/services/io.enim.provider.EniProviderFactory}, and give it a public constructor without parameters
 * that does nothing.
 */
public interface EniProviderFactory {
    /**
     * What the setting {@code enim.provider} calls it: unique, lower-case letters, digits and {@code -}. Two jars with
     * one name are refused, and both are named.
     */
    String name();

    /**
     * Makes a provider. Called once per manager, at its start; may block on the network.
     *
     * @throws io.enim.SettingsException a setting is missing, unknown or bad; names its key
     * @throws io.enim.ProviderException the cloud could not be asked what is needed to start
     */
    EniProvider create(ProviderContext context);
}
