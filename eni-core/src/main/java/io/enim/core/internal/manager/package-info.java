/**
 * The manager of one node, its log and its health. Entry: {@link io.enim.core.internal.manager.NodeEniManager}, which
 * puts each call into the lane of its endpoint.
 */
@NullMarked
package io.enim.core.internal.manager;

import org.jspecify.annotations.NullMarked;
