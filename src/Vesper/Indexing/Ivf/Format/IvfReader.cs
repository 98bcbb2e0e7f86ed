using System.Globalization;
using System.Runtime.InteropServices;
using Vesper.Indexing.Ivf.Lists;
using Vesper.Numerics.Clustering.Assignment;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Ivf.Format;

/// <summary>What is known of a stored inverted file apart from its bytes.</summary>
/// <param name="Options">Of its field.</param>
/// <param name="Rows">Rows of its segment: each is an entry of exactly one list.</param>
/// <param name="Scope">Where the bytes are counted.</param>
internal sealed record IvfPlace(VectorFieldOptions Options, int Rows, MemoryScope Scope);

/// <summary>
/// Reads an inverted file from a section (docs/formats/ivf.md) and trusts nothing: what it returns is safe to search.
/// </summary>
internal sealed class IvfReader
{
    private readonly LazySection _section;
    private readonly IvfPlace _place;
    private readonly IvfHeader _header;
    private readonly IvfLayout _layout;

    private IvfReader(LazySection section, IvfPlace place)
    {
        _section = section;
        _place = place;
        _header = IvfHeader.Read(section.Slice(0, IvfHeader.Bytes));
        CheckHeader();
        _layout = new IvfLayout(_header);
        Require(_layout.Blocks <= section.Length, 0, $"at least {_layout.Blocks} bytes", section.Length);
    }

    /// <summary>Reads all of it. Takes ownership of the section.</summary>
    /// <exception cref="CorruptDataException">Anything is out of range, order or length.</exception>
    public static IvfIndex Open(LazySection section, IvfPlace place)
    {
        try
        {
            return new IvfReader(section, place).Read();
        }
        catch
        {
            section.Dispose();
            throw;
        }
    }

    private IvfIndex Read()
    {
        var bytes = _section.LoadAll();
        var quantizer = ReadQuantizer();
        Require(quantizer.Blocks.BlockBytes == _header.BlockBytes, 20, "the encoding's block", _header.BlockBytes);
        var starts = ReadStarts();
        CheckOrdinals(MemoryMarshal.Cast<byte, int>(Bytes(_layout.Ordinals, (long)_header.Entries * sizeof(int))));
        var centroids = ReadCentroids();
        var lists = new StoredLists(
            starts, _section, bytes, new ListsPlace(_layout.Ordinals, _layout.Blocks, _header.BlockBytes));
        var model = new IvfModel(
            _header.Metric,
            centroids,
            quantizer,
            () => new BruteAssigner(centroids, centroids.Columns, _place.Scope));
        return new IvfIndex(model, _place.Options.Index.Ivf, lists, _header.Entries, _place.Scope);
    }

    private void CheckHeader()
    {
        var field = _place.Options;
        Require(_header.Metric == field.Metric, 0, $"metric {(int)field.Metric}", (int)_header.Metric);
        Require(Enum.IsDefined(_header.Encoding), 1, "an encoding", (int)_header.Encoding);
        Require(_header.Dimensions == field.Dimensions, 4, $"{field.Dimensions} dimensions", _header.Dimensions);
        Require(_header.Lists is >= 1 and <= 1 << 20, 8, "1 to 1,048,576 lists", _header.Lists);
        Require(_header.Entries == _place.Rows, 16, $"{_place.Rows} entries", _header.Entries);
        var (bits, parts) = (_header.Bits, _header.Parts);
        var holds = _header.Encoding switch
        {
            IvfEncoding.Scalar => bits is 4 or 8 && parts == 0,
            IvfEncoding.Product => bits is >= 4 and <= 8 && parts >= 1 && _header.Dimensions % parts == 0,
            IvfEncoding.RaBitQ => bits is >= 1 and <= 8 && parts == 0 && _header.BoundWidth is >= 0.5f and <= 10,
            _ => bits == 0 && parts == 0,
        };
        var rotated = _section.Slice(3, 1)[0];
        var mayRotate = rotated == 0 || (rotated == 1 && _header.Encoding == IvfEncoding.Product);
        Require(mayRotate, 3, "0, or 1 under product quantization", rotated);
        Require(holds, 2, $"bits and parts that encoding {(int)_header.Encoding} takes", bits);
    }

    private IQuantizer ReadQuantizer()
    {
        try
        {
            return QuantizerParameters.Read(_header, Floats(_layout.Quantizer, _header.QuantizerFloats));
        }
        catch (ArgumentException refused)
        {
            // What a quantizer cannot be made of: steps below zero, a rotation that is none.
            throw _section.Corrupt(_layout.Quantizer, "a sound quantizer", refused.Message);
        }
    }

    private int[] ReadStarts()
    {
        var starts = MemoryMarshal
            .Cast<byte, int>(Bytes(_layout.Starts, (_header.Lists + 1L) * sizeof(int)))
            .ToArray();
        Require(starts[0] == 0, _layout.Starts, "0", starts[0]);
        for (var list = 0; list + 1 < starts.Length; list++)
        {
            var at = _layout.Starts + ((list + 1L) * sizeof(int));
            Require(starts[list + 1] >= starts[list], at, $"at least {starts[list]}", starts[list + 1]);
        }

        Require(starts[^1] == _header.Entries, _layout.Starts, $"{_header.Entries} at the end", starts[^1]);
        var length = _layout.Blocks + (IvfLayout.BlockCount(starts) * _header.BlockBytes);
        Require(length == _section.Length, _layout.Blocks, $"{length} bytes", _section.Length);
        return starts;
    }

    private void CheckOrdinals(ReadOnlySpan<int> ordinals)
    {
        var seen = new BitSet(_place.Rows);
        for (var i = 0; i < ordinals.Length; i++)
        {
            var at = _layout.Ordinals + ((long)i * sizeof(int));
            var isNew = ordinals[i] >= 0 && ordinals[i] < _place.Rows && !seen.Contains(ordinals[i]);
            Require(isNew, at, $"a row below {_place.Rows} that is in no list yet", ordinals[i]);
            seen.Add(ordinals[i]);
        }
    }

    private RowMatrix<float> ReadCentroids()
    {
        var floats = Floats(IvfLayout.Centroids, (long)_header.Lists * _header.Dimensions);
        var centroids = new RowMatrix<float>(_header.Dimensions, _place.Scope);
        for (var list = 0; list < _header.Lists; list++)
        {
            centroids.Append(floats.Slice(list * _header.Dimensions, _header.Dimensions));
        }

        return centroids;
    }

    private ReadOnlySpan<float> Floats(long offset, long count)
    {
        var floats = MemoryMarshal.Cast<byte, float>(Bytes(offset, count * sizeof(float)));
        var bad = VectorMath.IndexOfNotFinite(floats);
        Require(bad < 0, offset + ((long)bad * sizeof(float)), "a finite number", 0);
        return floats;
    }

    private ReadOnlySpan<byte> Bytes(long offset, long length)
    {
        Require(length <= int.MaxValue, offset, "at most 2 GiB of it", length);
        return _section.Slice(offset, (int)length);
    }

    private void Require(bool holds, long offset, string expected, long found)
    {
        if (!holds)
        {
            throw _section.Corrupt(offset, expected, found.ToString(CultureInfo.InvariantCulture));
        }
    }
}
