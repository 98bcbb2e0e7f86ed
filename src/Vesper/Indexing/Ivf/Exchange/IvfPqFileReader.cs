using System.Text;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Opens one exchange file, of version 1.0 or 1.1. Opening reads the file to its end once: hashes, sizes, numbers,
/// codes and ids are all checked, and nothing is handed out of a file with any of them wrong. Afterwards lists are read
/// one at a time.
/// </summary>
/// <remarks>
/// Memory: the model; 16 bytes a list; while opening some 8 bytes an id and two buffers of a MiB. Reading lists is
/// thread-safe.
/// </remarks>
internal sealed class IvfPqFileReader : IDisposable
{
    private readonly IFile _file;
    private readonly IvfPqListPlace[] _places;

    private IvfPqFileReader(IFile file, IvfPqFileDirectory directory, Checked found)
    {
        _file = file;
        _places = found.Places;
        Model = found.Model;
        Vectors = (long)directory.Header.Vectors;
        IsV11 = directory.Header.HasSections;
    }

    /// <summary>Everything but the lists.</summary>
    public IvfPqFileModel Model { get; }

    /// <summary>Ids in all lists.</summary>
    public long Vectors { get; }

    /// <summary>Whether the file is of version 1.1 or a later minor one, not 1.0.</summary>
    public bool IsV11 { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="CorruptDataException">It is damaged: names section and offset.</exception>
    /// <exception cref="FormatVersionException">Another major version, or a compressed section.</exception>
    /// <exception cref="SchemaException">Its metadata was not accepted.</exception>
    /// <exception cref="LimitExceededException">A list or table is larger than an array.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IvfPqFileReader Open(
        IFileSystem files, string path, IvfPqFileOptions? options = null, CancellationToken cancellation = default) =>
        Open(files, path, (options ?? new()).Resolve(), new Walk(null, cancellation));

    /// <summary>Reads a whole file into memory, in the same one pass.</summary>
    public static IvfPqFileContent Load(
        IFileSystem files, string path, IvfPqFileOptions? options = null, CancellationToken cancellation = default)
    {
        var lists = new List<IvfPqList>();
        var walk = new Walk((_, list) => lists.Add(list), cancellation);
        using IvfPqFileReader reader = Open(files, path, (options ?? new()).Resolve(), walk);
        return new IvfPqFileContent(reader.Model, [.. lists]);
    }

    /// <summary>Ids in a list.</summary>
    public int ListLength(int list) => _places[list].Count;

    /// <summary>Reads a list once more. Its codes are checked again, its ids and hash are not.</summary>
    public IvfPqList ReadList(int list)
    {
        IvfPqListPlace place = _places[list];
        IvfPqList content = IvfPqList.OfLength(place.Count, Model.Shape);
        var entries = new IvfPqEntries(_file, Model.Shape, place.Count * Model.Shape.EntryBytes);
        entries.Read(place.Offset, content.Ids, content.Codes);
        return content;
    }

    public void Dispose() => _file.Dispose();

    private static IvfPqFileReader Open(IFileSystem files, string path, IvfPqFileOptions options, Walk walk)
    {
        IFile file = files.OpenRead(path);
        try
        {
            IvfPqFileDirectory directory = IvfPqFileDirectory.Read(file);
            var hashes = new IvfPqFileHashes(file, directory, walk.Cancellation);
            Checked? found = null;
            PairedWork.Run(options.Executor, hashes.Check, () => found = ReadContent(file, directory, options, walk));
            return new IvfPqFileReader(file, directory, found!);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Checked ReadContent(
        IFile file, IvfPqFileDirectory directory, IvfPqFileOptions options, Walk walk)
    {
        foreach (IvfPqSection section in directory.Sections)
        {
            if (section.IsCompressed && Enum.IsDefined(section.Type))
            {
                throw new FormatVersionException(file.Path, $"section {section.Type}, compressed with Zstandard");
            }
        }

        var model = new IvfPqFileModel
        {
            Shape = directory.Header.Shape,
            Centroids = file.ReadFloats(directory[IvfPqSectionType.Centroids]),
            Codebooks = file.ReadFloats(directory[IvfPqSectionType.Codebooks]),
            Rotation = directory.Find(IvfPqSectionType.Rotation) is { } rotation ? file.ReadFloats(rotation) : null,
            Metadata = directory.Find(IvfPqSectionType.Metadata) is { } text ? ReadMetadata(file, text, options) : null,
            BuildSeconds = directory.Header.BuildSeconds,
        };
        return new Checked(model, new IvfPqListScan(file, directory, walk.Cancellation).Run(walk.Sink));
    }

    private static string ReadMetadata(IFile file, in IvfPqSection section, IvfPqFileOptions options)
    {
        byte[] utf8 = new byte[section.Length];
        file.ReadFully(utf8, section.Offset, "section Metadata");
        if (IvfPqMetadata.FindProblem(utf8) is { } problem)
        {
            throw new CorruptDataException(file.Path, section.Offset, "section Metadata: sound JSON", $"it {problem}");
        }

        IvfPqMetadata.Accept(utf8, $"{file.Path}: metadata", options.AcceptMetadata);
        return Encoding.UTF8.GetString(utf8);
    }

    private sealed record Walk(IvfPqListSink? Sink, CancellationToken Cancellation);

    private sealed record Checked(IvfPqFileModel Model, IvfPqListPlace[] Places);
}
