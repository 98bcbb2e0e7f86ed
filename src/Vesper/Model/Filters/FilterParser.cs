using System.Text.Json;

namespace Vesper;

/// <summary>
/// Reads the JSON form of a filter (docs/guide/filters.md). Errors name the place as a path from <c>$</c>.
/// </summary>
internal sealed class FilterParser
{
    // A condition adds at most four levels: itself, a list, min_should around it, an operand inside. More than a filter
    // of the greatest depth can need is refused before a tree is made of it.
    private const int JsonDepth = 4 * (Limits.FilterDepth + 1);

    private static readonly JsonDocumentOptions Strict =
        new() { MaxDepth = JsonDepth, AllowDuplicateProperties = false };

    private int _nodes;

    public static Filter Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var utf8 = FilterValue.Of(json).ToUtf8();
            RequireDepth(utf8);
            using var document = JsonDocument.Parse(utf8, Strict);
            return new FilterParser().Condition(document.RootElement, new FilterPlace("$"), 1);
        }
        catch (JsonException error)
        {
            throw new SchemaException("filter", $"is not valid JSON: {error.Message}");
        }
        catch (InvalidOperationException)
        {
            throw new SchemaException("filter", "a string is not valid Unicode");
        }
    }

    private static void RequireDepth(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            LimitExceededException.ThrowIfAbove("filter depth", reader.CurrentDepth, JsonDepth, "levels of JSON");
        }
    }

    private Filter Condition(JsonElement element, FilterPlace place, int depth)
    {
        LimitExceededException.ThrowIfAbove($"filter depth at {place}", depth, Limits.FilterDepth, "levels");
        LimitExceededException.ThrowIfAbove($"filter nodes at {place}", ++_nodes, Limits.FilterNodes, "nodes");
        place.Require(element, JsonValueKind.Object, "an object");
        foreach (var member in element.EnumerateObject())
        {
            switch (member.Name)
            {
                case "key":
                    return FieldConditionParser.Parse(element, place);
                case "exists":
                    return new ExistsFilter(KeyOf(place.Only(element, member), place.At(member)));
                case "is_empty":
                    return new IsEmptyFilter(KeyOf(place.Only(element, member), place.At(member)));
                case "is_null":
                    return new IsNullFilter(KeyOf(place.Only(element, member), place.At(member)));
                case "has_id":
                    return new HasIdFilter(IdsOf(place.Only(element, member), place.At(member)));
            }
        }

        return Clauses(element, place, depth);
    }

    private ClauseFilter Clauses(JsonElement element, FilterPlace place, int depth)
    {
        List<Filter>? must = null, should = null, mustNot = null, minShould = null;
        var minCount = 0;
        foreach (var member in element.EnumerateObject())
        {
            var inside = place.At(member);
            switch (member.Name)
            {
                case "must":
                    must = List(member.Value, inside, depth);
                    break;
                case "should":
                    should = List(member.Value, inside, depth);
                    break;
                case "must_not":
                    mustNot = List(member.Value, inside, depth);
                    break;
                case "min_should":
                    (minShould, minCount) = MinShould(member.Value, inside, depth);
                    break;
                default:
                    throw inside.Error("is not a known operator: must, should, must_not, min_should, key, exists, "
                        + "is_empty, is_null or has_id");
            }
        }

        return new ClauseFilter(must, should, mustNot, minShould, minCount);
    }

    // One condition may stand without the array around it; null is as if absent.
    private List<Filter>? List(JsonElement element, FilterPlace place, int depth)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            return [Condition(element, place, depth + 1)];
        }

        place.Require(element, JsonValueKind.Array, "an array of conditions");
        var conditions = new List<Filter>();
        foreach (var item in element.EnumerateArray())
        {
            conditions.Add(Condition(item, place.At(conditions.Count), depth + 1));
        }

        return conditions;
    }

    private (List<Filter>? Conditions, int Count) MinShould(JsonElement element, FilterPlace place, int depth)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return (null, 0);
        }

        place.Require(element, JsonValueKind.Object, "an object with conditions and min_count");
        List<Filter>? conditions = null;
        int? count = null;
        foreach (var member in element.EnumerateObject())
        {
            var inside = place.At(member);
            switch (member.Name)
            {
                case "conditions":
                    conditions = List(member.Value, inside, depth);
                    break;
                case "min_count":
                    inside.Require(member.Value, JsonValueKind.Number, "an integer");
                    count = member.Value.TryGetInt32(out var number) && number >= 0
                        ? number
                        : throw inside.Error("must be an integer, 0 or more");
                    break;
                default:
                    throw inside.Error("is not known here: conditions or min_count");
            }
        }

        return (conditions ?? throw place.Error("needs conditions"), count ?? throw place.Error("needs min_count"));
    }

    private static string KeyOf(JsonElement element, FilterPlace place)
    {
        place.Require(element, JsonValueKind.Object, "an object with key");
        foreach (var member in element.EnumerateObject())
        {
            return member.Name == "key"
                ? place.At(member).Path(place.Only(element, member))
                : throw place.At(member).Error("is not known here: key");
        }

        throw place.Error("needs a key");
    }

    private static List<PointId> IdsOf(JsonElement element, FilterPlace place)
    {
        place.Require(element, JsonValueKind.Array, "an array of ids");
        LimitExceededException.ThrowIfAbove($"ids at {place}", element.GetArrayLength(), Limits.FilterValues, "ids");
        var ids = new List<PointId>();
        foreach (var item in element.EnumerateArray())
        {
            ids.Add(IdOf(item, place.At(ids.Count)));
        }

        return ids;
    }

    private static PointId IdOf(JsonElement element, FilterPlace place)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out var number))
        {
            return new PointId(number);
        }

        place.Require(element, JsonValueKind.String, "an unsigned 64-bit number or a string");
        var text = place.String(element);
        return text.Length > 0 ? new PointId(text) : throw place.Error("an id is not empty");
    }
}
