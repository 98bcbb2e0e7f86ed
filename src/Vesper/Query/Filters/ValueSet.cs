using System.Text.Json;
using Vesper.Payloads;

namespace Vesper.Query.Filters;

/// <summary>The values that a match compares with, ready for many comparisons. Immutable.</summary>
internal sealed class ValueSet
{
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly byte[]? _onlyText;

    public ValueSet(IReadOnlyList<FilterValue> values)
    {
        foreach (var value in values)
        {
            switch (value.Kind)
            {
                case FilterValueKind.Text:
                    Texts.Add(value.ToUtf8());
                    break;
                case FilterValueKind.Number:
                    Numbers.Add(value.Number);
                    break;
                default:
                    HasTrue |= value.Bool;
                    HasFalse |= !value.Bool;
                    break;
            }
        }

        _lookup = Texts.GetAlternateLookup<ReadOnlySpan<byte>>();
        _onlyText = Texts.Count == 1 ? Texts.First() : null;
    }

    /// <summary>The strings, in UTF-8.</summary>
    public HashSet<byte[]> Texts { get; } = new(Utf8Comparer.Instance);

    public HashSet<NumericValue> Numbers { get; } = [];

    public bool HasTrue { get; }

    public bool HasFalse { get; }

    /// <summary>Whether the value at the reader equals one of them.</summary>
    public bool Contains(ref Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.String => _onlyText is not null
            ? value.ValueTextEquals(_onlyText)
            : Texts.Count > 0 && _lookup.Contains(PayloadWalker.TextOf(ref value)),
        JsonTokenType.Number => Numbers.Count > 0 && Numbers.Contains(NumericValue.Read(ref value)),
        JsonTokenType.True => HasTrue,
        JsonTokenType.False => HasFalse,
        _ => false,
    };

    /// <summary>Whether an index of the type holds every value that equals one of the numbers.</summary>
    public bool AreHeldBy(PayloadIndexType type) =>
        type is not (PayloadIndexType.Integer or PayloadIndexType.Float)
        || Numbers.All(number => IndexKeys.TryKey(type, number, out _));

    /// <summary>The keys of those values that an integer, float or datetime index holds.</summary>
    public SortedSet<long> KeysIn(PayloadIndexType type)
    {
        var keys = new SortedSet<long>();
        foreach (var text in type == PayloadIndexType.DateTime ? Texts : [])
        {
            if (Rfc3339.TryParse(text, out var ticks))
            {
                keys.Add(ticks);
            }
        }

        foreach (var number in type == PayloadIndexType.DateTime ? [] : Numbers)
        {
            if (IndexKeys.TryKey(type, number, out var key))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary>What an index of the type could not hold among them, in words; null when it could hold all.</summary>
    public string? ForeignTo(PayloadIndexType type)
    {
        var isText = type is PayloadIndexType.Keyword or PayloadIndexType.DateTime;
        if (Texts.Count > 0 && !isText)
        {
            return "a string";
        }

        if (Numbers.Count > 0 && type is not (PayloadIndexType.Integer or PayloadIndexType.Float))
        {
            return "a number";
        }

        if ((HasTrue || HasFalse) && type != PayloadIndexType.Bool)
        {
            return "a truth value";
        }

        return type == PayloadIndexType.DateTime && Texts.Any(static text => !Rfc3339.TryParse(text, out _))
            ? "a string that is not an RFC 3339 date-time"
            : null;
    }
}
