using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vesper.Tests.Query.Filters;

/// <summary>
/// A second, naive reading of docs/guide/filters.md over trees, with none of the product's code but the ids.
/// </summary>
internal static partial class FilterOracle
{
    public static bool Matches(JsonObject filter, JsonObject payload, PointId id)
    {
        if (filter["key"] is { } key)
        {
            var targets = Targets([payload], key.GetValue<string>().Split('.'), 0);
            var values =
                targets.SelectMany(static target => target is JsonArray array ? [.. array] : new[] { target }).ToList();
            return filter["match"] is JsonObject match
                ? values.Any(value => Match(match, value))
                : Range((JsonObject)filter["range"]!, values);
        }

        if (filter["has_id"] is JsonArray ids)
        {
            return ids.Any(item => item!.GetValueKind() == JsonValueKind.Number
                ? id == new PointId(item.GetValue<ulong>())
                : id == new PointId(item.GetValue<string>()));
        }

        if (KeyOf(filter, "is_null") is { } nullPath)
        {
            return Targets([payload], nullPath, 0)
                .Any(static target => target is null || (target is JsonArray array && array.Contains(null)));
        }

        if (KeyOf(filter, "is_empty") is { } emptyPath)
        {
            return Targets([payload], emptyPath, 0).All(static target => target is null or JsonArray { Count: 0 });
        }

        return KeyOf(filter, "exists") is { } path
            ? Targets([payload], path, 0).Any(static target => target is not (null or JsonArray { Count: 0 }))
            : Clauses(filter, condition => Matches(condition, payload, id));
    }

    private static bool Clauses(JsonObject filter, Func<JsonObject, bool> holds)
    {
        int Count(JsonNode? list) => ((JsonArray?)list)?.Count(item => holds((JsonObject)item!)) ?? 0;
        var must = (JsonArray?)filter["must"];
        var should = (JsonArray?)filter["should"];
        var minShould = (JsonObject?)filter["min_should"];
        return Count(must) == (must?.Count ?? 0)
            && (should is null || should.Count == 0 || Count(should) > 0)
            && Count(filter["must_not"]) == 0
            && (minShould is null || Count(minShould["conditions"]) >= minShould["min_count"]!.GetValue<int>());
    }

    private static string[]? KeyOf(JsonObject filter, string name) =>
        filter[name]?["key"]!.GetValue<string>().Split('.');

    private static List<JsonNode?> Targets(List<JsonNode?> nodes, string[] keys, int depth)
    {
        if (depth == keys.Length)
        {
            return nodes;
        }

        var next = new List<JsonNode?>();
        foreach (var node in nodes)
        {
            JsonNode?[] steps = node is JsonArray array ? [.. array] : [node];
            foreach (var step in steps.OfType<JsonObject>())
            {
                if (step.TryGetPropertyValue(keys[depth], out var value))
                {
                    next.Add(value);
                }
            }
        }

        return Targets(next, keys, depth + 1);
    }

    private static bool Match(JsonObject match, JsonNode? value) =>
        match["any"] is JsonArray any ? any.Any(operand => AreEqual(operand!, value))
        : match["except"] is JsonArray except ? value is not null && !except.Any(operand => AreEqual(operand!, value))
        : AreEqual(match["value"]!, value);

    private static bool AreEqual(JsonNode operand, JsonNode? value)
    {
        if (value is null || operand.GetValueKind() != value.GetValueKind())
        {
            return false;
        }

        return operand.GetValueKind() switch
        {
            JsonValueKind.String => operand.GetValue<string>() == value.GetValue<string>(),
            JsonValueKind.Number => Compare(operand, value) == 0,
            _ => true,
        };
    }

    private static bool Range(JsonObject range, List<JsonNode?> values) => values.Any(value =>
        value is not null && range.All(bound => InBound(bound.Key, bound.Value!, value)));

    private static bool InBound(string name, JsonNode bound, JsonNode value)
    {
        if (bound.GetValueKind() != value.GetValueKind())
        {
            return false;
        }

        int order;
        if (bound.GetValueKind() == JsonValueKind.Number)
        {
            order = Compare(value, bound);
        }
        else if (Instant(value.GetValue<string>()) is { } instant)
        {
            order = instant.CompareTo(Instant(bound.GetValue<string>())!.Value);
        }
        else
        {
            return false;
        }

        return name switch { "gt" => order > 0, "gte" => order >= 0, "lt" => order < 0, _ => order <= 0 };
    }

    private static TimeSpan? Instant(string text)
    {
        var match = DateTimePattern().Match(text);
        if (!match.Success || !DateTime.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var local))
        {
            return null;
        }

        var zone = match.Groups[2].Value;
        var offset = zone.Length == 1
            ? TimeSpan.Zero
            : TimeSpan.Parse(zone.TrimStart('+', '-'), CultureInfo.InvariantCulture);
        return new TimeSpan(local.Ticks) + (zone[0] == '-' ? offset : -offset);
    }

    private static int Compare(JsonNode left, JsonNode right)
    {
        var (x, xIsFloat) = Exact(left.ToJsonString());
        var (y, yIsFloat) = Exact(right.ToJsonString());
        Assert.True(xIsFloat || yIsFloat || x.Scale == y.Scale);
        return (x.Digits * y.Scale).CompareTo(y.Digits * x.Scale);
    }

    // A number as a fraction. Infinity is a number beyond all floats.
    private static ((BigInteger Digits, BigInteger Scale) Value, bool IsFloat) Exact(string text)
    {
        if (!text.AsSpan().ContainsAny(".eE") && long.TryParse(text, CultureInfo.InvariantCulture, out var integer))
        {
            return ((integer, 1), false);
        }

        var real = double.Parse(text, CultureInfo.InvariantCulture);
        if (double.IsInfinity(real))
        {
            return ((BigInteger.Pow(10, 400) * Math.Sign(real), 1), true);
        }

        var scale = BigInteger.One;
        for (; real != Math.Floor(real); real *= 2)
        {
            scale *= 2;
        }

        return ((new BigInteger(real), scale), true);
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$")]
    private static partial Regex DateTimePattern();
}
