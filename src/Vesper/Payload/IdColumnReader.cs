using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Ids of a sealed segment, read from its sections (docs/formats/segment-payload.md).</summary>
/// <remarks>Thread-safe. Lookups are binary searches over the sorted order, after a look at the smallest and largest
/// id.</remarks>
internal sealed class IdColumnReader : IIdColumn, IDisposable
{
    private readonly LazySection _ids;
    private readonly LazySection _order;
    private readonly LazySection _text;
    private readonly Lock _loading = new();
    private IdTable? _loaded;

    private IdColumnReader(SectionFileReader file, int count, MemoryScope scope)
    {
        Count = count;
        _ids = file.Section(new SectionKey(PayloadSections.Ids), scope);
        _order = file.Section(new SectionKey(PayloadSections.IdOrder), scope);
        _text = file.Section(new SectionKey(PayloadSections.IdText), scope);
    }

    public int Count { get; }

    public PointId this[Ordinal row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row.Value, (uint)Count, nameof(row));
            var table = Table();
            ref readonly var entry = ref table.Entry(row.Value);
            return entry.ToId(table.TextOf(entry));
        }
    }

    /// <summary>Writes the ids and their order as sections of the file.</summary>
    public static void Write(SectionFileWriter file, IReadOnlyList<PointId> ids)
    {
        var order = new int[ids.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        order.AsSpan().Sort((x, y) => ids[x].CompareTo(ids[y]) is var byId && byId != 0 ? byId : x.CompareTo(y));
        WriteEntries(file, ids);
        file.Begin(new SectionKey(PayloadSections.IdOrder));
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var row in order)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, row);
            file.Write(number);
        }

        file.End();
        file.Begin(new SectionKey(PayloadSections.IdText));
        for (var i = 0; i < ids.Count; i++)
        {
            file.Write(TextOf(ids[i]));
        }

        file.End();
    }

    /// <summary>Opens them; cheap, loads at first use. Content is validated before any unchecked use.</summary>
    public static IdColumnReader Open(SectionFileReader file, int count, MemoryScope scope)
    {
        var column = new IdColumnReader(file, count, scope);
        var error = column._ids.Length != count * (long)IdEntry.Bytes
            ? column._ids.Corrupt(0, $"{count * (long)IdEntry.Bytes} bytes of ids", $"{column._ids.Length}")
            : column._order.Length != count * (long)sizeof(int)
                ? column._order.Corrupt(
                    0, $"{count * (long)sizeof(int)} bytes of sorted rows", $"{column._order.Length}")
                : null;
        if (error is null)
        {
            return column;
        }

        column.Dispose();
        throw error;
    }

    public bool TryFind(PointId id, out Ordinal newest)
    {
        newest = default;
        if (Count == 0)
        {
            return false;
        }

        var table = Table();
        var text = TextOf(id);
        var wanted = IdEntry.Of(id, text, 0);
        var order = table.Order;
        if (IsOutside(table, wanted, text))
        {
            return false;
        }

        var end = table.UpperBound(wanted, text);
        if (end == 0)
        {
            return false;
        }

        ref readonly var last = ref table.Entry(order[end - 1]);
        newest = new Ordinal(order[end - 1]);
        return IdTable.Compare(last, table.TextOf(last), wanted, text) == 0;
    }

    public bool TryPrevious(Ordinal row, out Ordinal previous)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row.Value, (uint)Count, nameof(row));
        var table = Table();
        var order = table.Order;
        var position = table.PositionOf(row.Value);
        var found = position > 0 && table.CompareIds(order[position - 1], row.Value) == 0;
        previous = found ? new Ordinal(order[position - 1]) : default;
        Debug.Assert(!found || previous.Value < row.Value, "older rows have lower ordinals");
        return found;
    }

    public IdOrder Sorted(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, Count);
        return count == 0 ? default : new IdOrder(Table());
    }

    public int Compare(Ordinal x, Ordinal y) => Table().CompareRows(x.Value, y.Value);

    /// <summary>
    /// Loads and checks everything (order, kinds, lengths); a problem is a <see cref="CorruptDataException"/>.
    /// </summary>
    public void Verify() => _ = Table();

    public void Dispose()
    {
        _ids.Dispose();
        _order.Dispose();
        _text.Dispose();
    }

    private static void WriteEntries(SectionFileWriter file, IReadOnlyList<PointId> ids)
    {
        file.Begin(new SectionKey(PayloadSections.Ids));
        Span<byte> entry = stackalloc byte[IdEntry.Bytes];
        var textStart = 0L;
        for (var i = 0; i < ids.Count; i++)
        {
            var text = TextOf(ids[i]);
            IdEntry.Of(ids[i], text, textStart).WriteTo(entry);
            file.Write(entry);
            textStart += text.Length;
        }

        file.End();
    }

    private static ReadOnlySpan<byte> TextOf(PointId id) =>
        id.Kind == PointIdKind.Text ? Encoding.UTF8.GetBytes(id.Text) : default;

    private static bool IsOutside(IdTable table, in IdEntry wanted, ReadOnlySpan<byte> text)
    {
        var order = table.Order;
        ref readonly var first = ref table.Entry(order[0]);
        ref readonly var last = ref table.Entry(order[^1]);
        return IdTable.Compare(first, table.TextOf(first), wanted, text) > 0
            || IdTable.Compare(last, table.TextOf(last), wanted, text) < 0;
    }

    private IdTable Table()
    {
        var loaded = Volatile.Read(ref _loaded);
        if (loaded is not null)
        {
            return loaded;
        }

        lock (_loading)
        {
            if (_loaded is null)
            {
                Volatile.Write(ref _loaded, IdTable.Load(_ids, _order, _text));
            }

            return _loaded!;
        }
    }
}
