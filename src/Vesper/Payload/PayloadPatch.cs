using System.Buffers;
using System.Text.Json;

namespace Vesper.Payloads;

/// <summary>Changes of a stored payload, member by member; what is not changed keeps its text.</summary>
internal static class PayloadPatch
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Limits.PayloadDepth };

    /// <summary>
    /// Sets the top-level members of the changes: those that exist are replaced in place, new ones come last.
    /// </summary>
    /// <exception cref="LimitExceededException">The result is longer than 1 MiB.</exception>
    public static byte[] Merge(ReadOnlySpan<byte> current, Payload changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var changed = changes.Utf8.Span;
        var additions = MembersOf(changed);
        var replacements = additions.ToDictionary(static member => member.Key, StringComparer.Ordinal);
        var result = new ObjectText(current.Length + changed.Length);
        foreach (var member in MembersOf(current))
        {
            if (replacements.Remove(member.Key, out var replacement))
            {
                result.Add(changed[replacement.Text]);
            }
            else
            {
                result.Add(current[member.Text]);
            }
        }

        foreach (var member in additions.Where(member => replacements.ContainsKey(member.Key)))
        {
            result.Add(changed[member.Text]);
        }

        return result.Finish();
    }

    /// <summary>Removes top-level members. Keys that do not exist are passed over.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> current, IReadOnlyList<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var removed = new HashSet<string>(keys, StringComparer.Ordinal);
        var result = new ObjectText(current.Length);
        foreach (var member in MembersOf(current))
        {
            if (!removed.Contains(member.Key))
            {
                result.Add(current[member.Text]);
            }
        }

        return result.Finish();
    }

    private static List<Member> MembersOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            var members = new List<Member>();
            var reader = new Utf8JsonReader(payload, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                var start = (int)reader.TokenStartIndex;
                reader.Read();
                reader.Skip();
                members.Add(new Member(key, start..(int)reader.BytesConsumed));
            }

            return members;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw PayloadWalker.Damaged(error);
        }
    }

    private readonly record struct Member(string Key, Range Text);

    /// <summary>Text of an object that is put together from the texts of its members.</summary>
    private sealed class ObjectText
    {
        private readonly ArrayBufferWriter<byte> _text;

        public ObjectText(int expectedBytes)
        {
            _text = new ArrayBufferWriter<byte>(expectedBytes + 2);
            _text.Write("{"u8);
        }

        public void Add(ReadOnlySpan<byte> member)
        {
            if (_text.WrittenCount > 1)
            {
                _text.Write(","u8);
            }

            _text.Write(member);
        }

        public byte[] Finish()
        {
            _text.Write("}"u8);
            LimitExceededException.ThrowIfAbove("payload", _text.WrittenCount, Limits.PayloadBytes, "bytes");
            return _text.WrittenSpan.ToArray();
        }
    }
}
