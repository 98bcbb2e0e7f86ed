using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Vesper.Tests.House;

/// <summary>The files of a repository (or of a made-up one) that the house rules look at.</summary>
internal sealed class SourceTree
{
    private SourceTree(string? root, IReadOnlyList<SourceFile> files)
    {
        Root = root;
        Files = files;
        CSharp = [.. files.Where(file => file.Extension == ".cs")];
        Projects = [.. files.Where(file => file.Extension == ".csproj")];
    }

    /// <summary>Where it lies on disk; null for a made-up tree.</summary>
    public string? Root { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    public IReadOnlyList<SourceFile> CSharp { get; }

    public IReadOnlyList<SourceFile> Projects { get; }

    /// <summary>This repository, read once per test run.</summary>
    public static SourceTree Repository { get; } = Read(FindRoot());

    /// <summary>A tree of given paths and texts, to show a rule something bad.</summary>
    public static SourceTree Of(params (string Path, string Text)[] files) =>
        new(null, [.. files.Select(file => new SourceFile(file.Path, () => file.Text))]);

    /// <summary>A made-up tree of one file.</summary>
    public static SourceTree Of(string path, string text) => Of((path, text));

    public string PathOf(string relative) => Path.Combine(Root!, relative.Replace('/', Path.DirectorySeparatorChar));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vesper.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Vesper.slnx above {AppContext.BaseDirectory}");
    }

    private static SourceTree Read(string root)
    {
        var ignored = IgnoredNames(File.ReadAllLines(Path.Combine(root, ".gitignore")));
        var files = new List<SourceFile>();
        Walk(new DirectoryInfo(root), "", ignored, files);
        files.Sort((x, y) => string.CompareOrdinal(x.Path, y.Path));
        var tree = new SourceTree(root, files);
        Parallel.ForEach(tree.CSharp, file => _ = file.Syntax);
        return tree;
    }

    private static void Walk(DirectoryInfo folder, string prefix, Regex ignored, List<SourceFile> into)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var path = prefix + entry.Name;
            if (entry.Name == ".git" || entry.LinkTarget is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo directory && !ignored.IsMatch('/' + path + '/'))
            {
                Walk(directory, path + '/', ignored, into);
            }
            else if (entry is FileInfo && !ignored.IsMatch('/' + path))
            {
                into.Add(new SourceFile(path, () => File.ReadAllText(entry.FullName)));
            }
        }
    }

    // What git leaves out is nobody's concern. The simple patterns only: name/, *.extension and /from/the/root.
    private static Regex IgnoredNames(IEnumerable<string> lines)
    {
        var patterns = from line in lines
                       where line.Length > 0 && line[0] != '#'
                       let anchored = line[0] == '/' ? '^' + Regex.Escape(line) : '/' + Regex.Escape(line)
                       select anchored.Replace(@"\*", "[^/]*", StringComparison.Ordinal) + (line[^1] == '/' ? "" : "$");
        return new Regex(string.Join('|', patterns), RegexOptions.CultureInvariant);
    }
}

/// <summary>One file: its path from the root with '/' between folders, its text and, for C#, its syntax.</summary>
internal sealed class SourceFile(string path, Func<string> read)
{
    private readonly Lazy<string> _text = new(read);
    private readonly Lazy<SyntaxNode> _syntax = new(() => CSharpSyntaxTree.ParseText(read(), path: path).GetRoot());

    public string Path { get; } = path;

    public string Text => _text.Value;

    public SyntaxNode Syntax => _syntax.Value;

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Extension => System.IO.Path.GetExtension(Name);

    /// <summary>The folders from the root down.</summary>
    public string[] Folders => Path.Split('/')[..^1];

    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    public bool IsUnder(string folder) => Path.StartsWith(folder + '/', StringComparison.Ordinal);

    public override string ToString() => Path;
}
