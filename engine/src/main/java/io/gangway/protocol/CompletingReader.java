package io.gangway.protocol;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as if objects contained certain fields that they lack, with null as their value: see {@link #complete}.
 */
class CompletingReader extends JsonReader {
    /** The innermost open object that is completed; null if there is none. */
    private @Nullable Completion completion;

    /** The fields of the object that begins next; null if it is not completed. */
    private @Nullable Collection<String> completing;

    /** An open object, and those of its required fields that have not been read yet. */
    private static final class Completion {
        private final @Nullable Completion outer;
        private final Deque<String> missing;
        /** The number of arrays and objects that are open inside this object. */
        private int depth;
        /** Whether the name of a missing field has been returned, but not its null yet. */
        private boolean named;

        Completion(@Nullable Completion outer, Collection<String> names) {
            this.outer = outer;
            this.missing = new ArrayDeque<>(names);
        }
    }

    CompletingReader(String json) {
        super(new StringReader(json));
    }

    /** Makes the next object end with a null for each of these fields that it lacks. */
    void complete(Collection<String> names) {
        completing = names;
    }

    @Override
    public void beginObject() throws IOException {
        super.beginObject();
        if (completing != null) {
            completion = new Completion(completion, completing);
            completing = null;
        } else if (completion != null) {
            completion.depth++;
        }
    }

    @Override
    public void beginArray() throws IOException {
        super.beginArray();
        if (completion != null) {
            completion.depth++;
        }
    }

    @Override
    public void endObject() throws IOException {
        super.endObject();
        if (completion != null && completion.depth == 0) {
            completion = completion.outer;
        } else if (completion != null) {
            completion.depth--;
        }
    }

    @Override
    public void endArray() throws IOException {
        super.endArray();
        if (completion != null) {
            completion.depth--;
        }
    }

    @Override
    public boolean hasNext() throws IOException {
        return super.hasNext() || (completion != null && completion.depth == 0 && !completion.missing.isEmpty());
    }

    @Override
    public String nextName() throws IOException {
        if (completion == null || completion.depth > 0) {
            return super.nextName();
        } else if (!super.hasNext()) {
            completion.named = true;
            return completion.missing.remove();
        }
        String name = super.nextName();
        completion.missing.remove(name);
        return name;
    }

    @Override
    public JsonToken peek() throws IOException {
        return completion != null && completion.named ? JsonToken.NULL : super.peek();
    }

    @Override
    public void nextNull() throws IOException {
        if (completion != null && completion.named) {
            completion.named = false;
        } else {
            super.nextNull();
        }
    }
}
