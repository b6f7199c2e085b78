package io.gangway.protocol;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Reads JSON in which an object's missing fields are read as null. */
class CompletingReader extends JsonReader {
    /** The completion of the innermost object that has one. */
    private @Nullable Completion completion;

    private @Nullable Collection<String> completing;

    /** An open object that must have certain fields; missing ones are read as null. */
    private static final class Completion {
        private final @Nullable Completion outer;
        private final Deque<String> missing;
        /** The number of arrays and objects open inside it. */
        private int depth;
        /** Whether the name of a missing field has been read, but not yet its null. */
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
