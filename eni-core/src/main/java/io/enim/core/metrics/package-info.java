/** What a manager reports, for metrics systems. Each class here needs the library it is named after, which is optional. */
@NullMarked
package io.enim.core.metrics;

import org.jspecify.annotations.NullMarked;
