using System.Diagnostics;
using System.Runtime.InteropServices;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Payloads of a sealed segment: offsets and texts, loaded by block.</summary>
/// <remarks>Thread-safe. The offsets load and are checked at the first use, texts where they are touched.</remarks>
internal sealed class PayloadColumnReader : IPayloadColumn, IDisposable
{
    private readonly LazySection _offsets;
    private readonly LazySection _text;
    private readonly Lock _loading = new();
    private NativeBuffer<byte>? _loaded;

    private PayloadColumnReader(LazySection offsets, LazySection text, int count)
    {
        _offsets = offsets;
        _text = text;
        Count = count;
    }

    public int Count { get; }

    public ReadOnlySpan<byte> this[Ordinal row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row.Value, (uint)Count, nameof(row));
            var ends =
                MemoryMarshal.Cast<byte, long>(Offsets().Slice((long)row.Value * sizeof(long), 2 * sizeof(long)));
            return _text.Slice(ends[0], (int)(ends[1] - ends[0]));
        }
    }

    /// <summary>Opens the sections of a segment with so many rows; reads nothing yet.</summary>
    public static PayloadColumnReader Open(SectionFileReader file, int count, MemoryScope scope)
    {
        var offsets = file.Section(new SectionKey(PayloadSections.PayloadOffsets), scope);
        var text = file.Section(new SectionKey(PayloadSections.PayloadText), scope);
        var expected = (count + 1L) * sizeof(long);
        if (offsets.Length == expected)
        {
            return new PayloadColumnReader(offsets, text, count);
        }

        var error = offsets.Corrupt(0, $"{expected} bytes of payload offsets", $"{offsets.Length}");
        offsets.Dispose();
        text.Dispose();
        throw error;
    }

    /// <summary>
    /// Loads and checks everything, each text as JSON; a problem is a <see cref="CorruptDataException"/>.
    /// </summary>
    public void Verify()
    {
        for (var row = 0; row < Count; row++)
        {
            var text = this[new Ordinal(row)];
            if (!Payload.IsValid(text, out var problem))
            {
                var start = MemoryMarshal.Read<long>(Offsets().Slice((long)row * sizeof(long), sizeof(long)));
                throw _text.Corrupt(start, $"the payload of row {row}", problem);
            }
        }

        _ = Offsets();
    }

    public void Dispose()
    {
        _offsets.Dispose();
        _text.Dispose();
    }

    private NativeBuffer<byte> Offsets()
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
                loaded = _offsets.LoadAll();
                Check(loaded);
                Volatile.Write(ref _loaded, loaded);
            }

            return _loaded!;
        }
    }

    private void Check(NativeBuffer<byte> offsets)
    {
        Debug.Assert(offsets.Length >= (Count + 1L) * sizeof(long), "the length was checked at open");
        var before = 0L;
        for (var i = 0L; i <= Count; i++)
        {
            var end = MemoryMarshal.Read<long>(offsets.Slice(i * sizeof(long), sizeof(long)));
            var length = end - before;
            if (i == 0 ? end != 0 : length < 2 || length > Limits.PayloadBytes || end < 0)
            {
                throw _offsets.Corrupt(
                    i * sizeof(long), "ascending offsets, 2 to 1,048,576 bytes apart", $"{end} after {before}");
            }

            before = end;
        }

        if (before != _text.Length)
        {
            throw _offsets.Corrupt(Count * (long)sizeof(long), $"{_text.Length}, the end of the texts", $"{before}");
        }
    }
}
