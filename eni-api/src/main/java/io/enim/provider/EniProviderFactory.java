// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

/**
 * Creates a provider. Found with {@link java.util.ServiceLoader}: name the class in
 * {@code META-INF/services/io.enim.provider.EniProviderFactory}, and give it a public constructor without parameters
 * that does nothing.
 */
public interface EniProviderFactory {
    /**
     * The name for the setting {@code enim.provider}: unique, of lower-case letters, digits and {@code -}. Two factories with
     * one name are refused, with an error that names both.
     */
    String name();

    /**
     * Creates a provider. Called once per manager, at its start; may block on the network.
     *
     * @throws io.enim.SettingsException a setting is missing, unknown or invalid; the message names its key
     * @throws io.enim.ProviderException the cloud failed to tell what is needed to start
     */
    EniProvider create(ProviderContext context);
}
