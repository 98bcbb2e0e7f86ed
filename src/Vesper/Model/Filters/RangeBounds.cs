using System.Text.Json;

namespace Vesper;

/// <summary>Bounds of a range, all of which hold; null where there is none.</summary>
internal readonly record struct RangeBounds<T>(T? Gt, T? Gte, T? Lt, T? Lte)
    where T : struct, IComparable<T>
{
    /// <summary>How a bound is written as a JSON value.</summary>
    public delegate void BoundWriter(Utf8JsonWriter writer, T bound);

    public bool Contains(T value) =>
        !(Gt is { } gt && value.CompareTo(gt) <= 0)
        && !(Gte is { } gte && value.CompareTo(gte) < 0)
        && !(Lt is { } lt && value.CompareTo(lt) >= 0)
        && !(Lte is { } lte && value.CompareTo(lte) > 0);

    /// <summary>Throws when there is no bound at all.</summary>
    public RangeBounds<T> RequireOne(string path) => Gt is null && Gte is null && Lt is null && Lte is null
        ? throw new SchemaException(path, "a range needs at least one of gt, gte, lt and lte")
        : this;

    public void WriteTo(Utf8JsonWriter writer, BoundWriter write)
    {
        writer.WriteStartObject("range");
        WriteBound(writer, "gt", Gt, write);
        WriteBound(writer, "gte", Gte, write);
        WriteBound(writer, "lt", Lt, write);
        WriteBound(writer, "lte", Lte, write);
        writer.WriteEndObject();
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, T? bound, BoundWriter write)
    {
        if (bound is { } value)
        {
            writer.WritePropertyName(name);
            write(writer, value);
        }
    }
}
