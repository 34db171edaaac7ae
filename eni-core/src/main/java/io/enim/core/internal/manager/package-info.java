/**
 * The manager of one node, its log and its health. Entry: {@link io.enim.core.internal.manager.ManagerBootstrap}, which
 * builds the {@link io.enim.EniManager} of a node.
 */
@NullMarked
package io.enim.core.internal.manager;

import org.jspecify.annotations.NullMarked;
