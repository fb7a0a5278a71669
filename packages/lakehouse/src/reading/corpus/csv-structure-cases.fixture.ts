import { manyLines, type ReadingCase } from './reading-case.fixture.ts';

const PEOPLE = `name:string | age:long
  Ann | 34
  Bob | 45`;

export const CSV_STRUCTURE_CASES: readonly ReadingCase[] = [
  { name: 'commas', files: 'name,age\nAnn,34\nBob,45\n', table: PEOPLE },
  { name: 'semicolons', files: 'name;age\nAnn;34\nBob;45\n', table: PEOPLE },
  { name: 'tabs', files: 'name\tage\nAnn\t34\nBob\t45\n', table: PEOPLE },
  { name: 'bars', files: 'name|age\nAnn|34\nBob|45\n', table: PEOPLE },
  { name: 'semicolons with commas in the values', files: 'name;size\nAnn;1,75\nBob;1,80\n', table: 'name:string | size:string\nAnn | 1,75\nBob | 1,80' },
  {
    name: 'tabs with commas in the values',
    files: 'place\tn\nRome, Italy\t1\nParis, France\t2\n',
    table: 'place:string | n:long\nRome, Italy | 1\nParis, France | 2',
  },
  { name: 'commas with semicolons in some values', files: 'tags,n\na;b,1\nc,2\n', table: 'tags:string | n:long\na;b | 1\nc | 2' },
  { name: 'a delimiter within quotes', files: 'name;age\n"Ann;a";34\n"Bob";45\n', table: 'name:string | age:long\nAnn;a | 34\nBob | 45' },
  {
    name: 'two delimiters that both make a table',
    files: 'a;b,c;d\n1;2,3;4\n5;6,7;8\n',
    refused: ['SOURCE_CORRUPT', 'both', '","', '";"', 'Declare the delimiter'],
  },
  { name: 'one column', files: 'n\n1\n2\n', table: 'n:long\n1\n2' },
  { name: 'one column with an empty line within', files: 'n\n1\n\n3\n', table: 'n:long\n1\n∅\n3' },
  { name: 'one column with empty lines at the end', files: 'n\n1\n3\n\n\n', table: 'n:long\n1\n3' },
  {
    name: 'one column of sentences with commas',
    files: 'text\nhello, world\nyes\nwell, no, yes\n',
    refused: ['SOURCE_CORRUPT', 'line', 'Declare the delimiter'],
  },
  { name: 'blanks between columns', files: 'a b c\n1 2 3\n4 5 6\n', refused: ['SOURCE_CORRUPT', '3 parts', '" "', 'Declare delimiter: " "'] },
  {
    name: 'blanks between columns, declared',
    files: 'a b c\n1 2 3\n4 5 6\n',
    reading: { delimiter: ' ' },
    table: 'a:long | b:long | c:long\n1 | 2 | 3\n4 | 5 | 6',
  },
  { name: 'a control character between columns, declared', files: 'a\x01b\n1\x012\n', reading: { delimiter: '\x01' }, table: 'a:long | b:long\n1 | 2' },
  { name: 'lines that end with CR and LF', files: 'name,age\r\nAnn,34\r\nBob,45\r\n', table: PEOPLE },
  { name: 'lines that end with CR', files: 'name,age\rAnn,34\rBob,45\r', table: PEOPLE },
  { name: 'quoted fields and lines that end with CR and LF', files: '"name","age"\r\n"Ann","34"\r\n"Bob","45"\r\n', table: PEOPLE },
  { name: 'no end of the last line', files: 'name,age\nAnn,34\nBob,45', table: PEOPLE },
  { name: 'no end of the last line, quoted', files: '"name","age"\n"Ann","34"\n"Bob","45"', table: PEOPLE },
  { name: 'empty lines between rows', files: 'name,age\n\nAnn,34\n\nBob,45\n\n', table: PEOPLE },
  { name: 'empty lines before the header', files: '\n\nname,age\nAnn,34\nBob,45\n', table: PEOPLE },
  { name: 'lines of blanks at the end', files: 'name,age\nAnn,34\nBob,45\n   \n', table: PEOPLE },
  { name: 'a lone CR within a field', files: 'name,age\nAn\rn,34\nBob,45\n', refused: ['SOURCE_CORRUPT', 'line 2', 'end of a line within a field'] },
  { name: 'ends of lines within quotes', files: 'name,age\n"An\nn",34\nBob,45\n', table: 'name:string | age:long\nAn⏎n | 34\nBob | 45' },
  { name: 'the line after quoted ends of lines', files: 'name,age\n"An\n\nn",34\nBob,45,6\n', refused: ['SOURCE_CORRUPT', 'line 5', '3 fields'] },
  { name: 'doubled quotes', files: 'name,age\n"Ann ""A"" Lee",34\nBob,45\n', table: 'name:string | age:long\nAnn "A" Lee | 34\nBob | 45' },
  { name: 'a quote within an unquoted field', files: 'name,age\n5" pipe,34\nBob,45\n', table: 'name:string | age:long\n5" pipe | 34\nBob | 45' },
  {
    name: 'a quote that is first used late',
    files: `name,age\n${manyLines(5000, (index) => `n${index},${index}`)}"Smith, Ann",34\n`,
    reading: { onBadValue: 'FAIL', columns: [{ name: 'name', type: 'date' }] },
    refused: ['SOURCE_CORRUPT', 'line 2', '"n0" does not fit date'],
  },
  {
    name: 'quotes escaped by a backslash',
    files: String.raw`name,age
"Ann \"A\" Lee",34
"Bob, \\ too",45
`,
    table: String.raw`name:string | age:long
Ann "A" Lee | 34
Bob, \ too | 45`,
  },
  {
    name: 'a backslash at the end of a quoted path',
    files: String.raw`path,n
"C:\data\",1
"D:\",2
`,
    table: String.raw`path:string | n:long
C:\data\ | 1
D:\ | 2`,
  },
  {
    name: 'single quotes, declared',
    files: "name,age\n'Ann, A',34\nBob,45\n",
    reading: { quote: "'" },
    table: 'name:string | age:long\nAnn, A | 34\nBob | 45',
  },
  { name: 'no quotes, declared', files: 'name,age\n"Ann,34\nBob,45\n', reading: { quote: '' }, table: 'name:string | age:long\n"Ann | 34\nBob | 45' },
  { name: 'text after a closing quote', files: 'name,age\n"Ann" Lee,34\nBob,45\n', refused: ['SOURCE_CORRUPT', 'line 2', 'after the closing quote', 'escape'] },
  { name: 'a quote that is never closed', files: 'name,age\n"Ann,34\nBob,45\n', refused: ['SOURCE_CORRUPT', 'line 2', 'is not closed', 'quote: ""'] },
  { name: 'one row too long', files: 'a,b\n1,2\n3,4,5\n6,7\n', refused: ['SOURCE_CORRUPT', 'line 3', '3 fields', 'has 2', 'QUARANTINE'] },
  { name: 'one row too short', files: 'a,b,c\n1,2,3\n4,5\n6,7,8\n', refused: ['SOURCE_CORRUPT', 'line 3', '2 fields', 'has 3'] },
  {
    name: 'a row too long after 30,000',
    files: `a,b\n${manyLines(30_000, (index) => `${index},1`)}1,2,3\n`,
    refused: ['SOURCE_CORRUPT', 'line 30002', '3 fields'],
  },
  {
    name: 'ragged rows go to quarantine',
    files: 'a,b\n1,2\n3,4,5\n6\n7,8\n',
    reading: { onBadValue: 'QUARANTINE' },
    table: 'a:long | b:long\n1 | 2\n7 | 8',
    quarantine: '3: the row has 3 fields where 2\n4: the row has 1 field where 2',
  },
  {
    name: 'a ragged row does not change the types',
    files: 'a,b\n1,2\nx,y,z\n7,8\n',
    reading: { onBadValue: 'QUARANTINE' },
    table: 'a:long | b:long\n1 | 2\n7 | 8',
    quarantine: '3: the row has 3 fields',
  },
  { name: 'a header shorter than the rows', files: 'a,b\n1,2,3\n4,5,6\n', refused: ['SOURCE_CORRUPT', 'line 1', '2 fields', 'most rows have 3', 'names'] },
  {
    name: 'a header shorter than the rows, names given',
    files: 'a,b\n1,2,3\n4,5,6\n',
    reading: { names: ['row', 'a', 'b'], header: 'PRESENT' },
    table: 'row:long | a:long | b:long\n1 | 2 | 3\n4 | 5 | 6',
  },
  { name: 'a header longer than the rows', files: 'a,b,c\n1,2\n3,4\n', refused: ['SOURCE_CORRUPT', 'line 1', '3 fields', 'most rows have 2'] },
  { name: 'a delimiter at the end of every line', files: 'a,b,\n1,2,\n3,4,\n', table: 'a:long | b:long | column_3:string\n1 | 2 | ∅\n3 | 4 | ∅' },
  { name: 'a title before the table', files: 'Report of May\na,b\n1,2\n3,4\n', refused: ['SOURCE_CORRUPT', 'line 1', 'skipLines'] },
  { name: 'a title before the table, skipped', files: 'Report of May\n\na,b\n1,2\n3,4\n', reading: { skipLines: 2 }, table: 'a:long | b:long\n1 | 2\n3 | 4' },
  {
    name: 'lines are counted from the beginning of the file',
    files: 'Report\na,b\n1,2\n3,4,5\n',
    reading: { skipLines: 1 },
    refused: ['SOURCE_CORRUPT', 'line 4'],
  },
  {
    name: 'no header: flowers',
    files: '5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n7.0,3.2,Iris-versicolor\n',
    table: 'column_1:double | column_2:double | column_3:string\n5.1 | 3.5 | Iris-setosa\n4.9 | 3.0 | Iris-setosa\n7.0 | 3.2 | Iris-versicolor',
  },
  { name: 'no header: letters', files: 'p,x,x\ne,x,s\np,y,s\n', table: 'column_1:string | column_2:string | column_3:string\np | x | x\ne | x | s\np | y | s' },
  { name: 'no header: whole numbers', files: '1,2\n3,4\n5,6\n', table: 'column_1:long | column_2:long\n1 | 2\n3 | 4\n5 | 6' },
  { name: 'no header: one row', files: '1,2\n', table: 'column_1:long | column_2:long\n1 | 2' },
  { name: 'a header over texts', files: 'code,state\nAL,Alabama\nAK,Alaska\n', table: 'code:string | state:string\nAL | Alabama\nAK | Alaska' },
  {
    name: 'texts that may have a header or not',
    files: 'Ann,Rome\nBob,Paris\n',
    refused: ['SOURCE_CORRUPT', 'line 1', 'cannot be told', 'header: "PRESENT" or "ABSENT"'],
  },
  {
    name: 'a header over categories',
    files: 'fruit,taste\napple,sweet\nlemon,sour\npear,sweet\nlime,sour\nplum,sweet\nfig,sweet\n',
    table: 'fruit:string | taste:string\napple | sweet\nlemon | sour\npear | sweet\nlime | sour\nplum | sweet\nfig | sweet',
  },
  {
    name: 'texts without a header, declared',
    files: 'Ann,Rome\nBob,Paris\n',
    reading: { header: 'ABSENT' },
    table: 'column_1:string | column_2:string\nAnn | Rome\nBob | Paris',
  },
  { name: 'texts with a header, declared', files: 'Ann,Rome\nBob,Paris\n', reading: { header: 'PRESENT' }, table: 'Ann:string | Rome:string\nBob | Paris' },
  {
    name: 'texts without a header, names given',
    files: 'Ann,Rome\nBob,Paris\n',
    reading: { names: ['name', 'city'] },
    table: 'name:string | city:string\nAnn | Rome\nBob | Paris',
  },
  { name: 'a header of years', files: 'country,1990,1991\nFrance,1,2\nSpain,3,4\n', refused: ['SOURCE_CORRUPT', 'cannot be told', '"1990"'] },
  {
    name: 'a header of years, declared',
    files: 'country,1990,1991\nFrance,1,2\nSpain,3,4\n',
    reading: { header: 'PRESENT' },
    table: 'country:string | 1990:long | 1991:long\nFrance | 1 | 2\nSpain | 3 | 4',
  },
  { name: 'a header over numbers and one text', files: 'n\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nabc\n', table: 'n:string\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nabc' },
  { name: 'a header over an index without a name', files: ',name\n0,Ann\n1,Bob\n', table: 'column_1:long | name:string\n0 | Ann\n1 | Bob' },
  { name: 'a header alone', files: 'a,b\n', refused: ['SOURCE_EMPTY', 'no row'] },
  { name: 'names twice', files: 'a,a,A\n1,2,3\n', table: 'a:long | a_2:long | A_3:long\n1 | 2 | 3' },
  { name: 'names twice beside one that has the number', files: 'a,a,a_2\n1,2,3\n', table: 'a:long | a_2:long | a_2_2:long\n1 | 2 | 3' },
  { name: 'blanks around names', files: ' a , b\n1,2\n', table: 'a:long | b:long\n1 | 2' },
  { name: 'names with quotes and points', files: '"a ""b""",c.d\n1,2\n', table: 'a "b":long | c.d:long\n1 | 2' },
  { name: 'names that SQL knows', files: 'select,from\n1,2\n', table: 'select:long | from:long\n1 | 2' },
  { name: 'fewer names than columns', files: '1,2,3\n4,5,6\n', reading: { names: ['a', 'b'] }, refused: ['SOURCE_CORRUPT', 'names 2 columns', '3 fields'] },
  {
    name: 'a header that comes again',
    files: `name,n\n${manyLines(20, (index) => `a${index},${index}`)}name,n\nb,3\n`,
    refused: ['SOURCE_CORRUPT', 'line 22', 'the header again', 'Remove the line'],
  },
  {
    name: 'a header that comes again in quotes',
    files: 'name,n\na,1\n"name","n"\nb,3\n',
    reading: { header: 'PRESENT' },
    refused: ['SOURCE_CORRUPT', 'line 3', 'the header again'],
  },
  { name: 'a name of a column as a value', files: 'name,n\na,1\nname,2\n', table: 'name:string | n:long\na | 1\nname | 2' },
  { name: 'an empty first field', files: 'a,b\n,2\n3,4\n', table: 'a:long | b:long\n∅ | 2\n3 | 4' },
  { name: 'rows of nothing', files: 'a,b\n,\n3,4\n', table: 'a:long | b:long\n∅ | ∅\n3 | 4' },
  { name: 'several files by one definition', files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'a,b\n3,4.5\n' }, table: 'a:long | b:double\n1 | 2.0\n3 | 4.5' },
  {
    name: 'several files whose columns stand in another order',
    files: { 'a.csv': 'a,b\n1,x\n', 'b.csv': 'b,a\ny,2\n' },
    table: 'a:long | b:string\n1 | x\n2 | y',
  },
  {
    name: 'several files, one with a column more',
    files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'a,b,c\n3,4,5\n' },
    table: 'a:long | b:long | c:long\n1 | 2 | ∅\n3 | 4 | 5',
  },
  {
    name: 'several files whose names differ in case',
    files: { 'a.csv': 'Id,n\n1,2\n', 'b.csv': 'n,ID\n4,3\n' },
    table: 'Id:long | n:long\n1 | 2\n3 | 4',
  },
  {
    name: 'several files without a header',
    files: { 'a.csv': '1.5,x\n2.5,x\n', 'b.csv': '3.5,y\n4.5,y\n' },
    table: 'column_1:double | column_2:string\n1.5 | x\n2.5 | x\n3.5 | y\n4.5 | y',
  },
  {
    name: 'several files, one without a header',
    files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'x,y\n3,4\n' },
    refused: ['SOURCE_CORRUPT', 'b.csv, line 1', 'none of its columns'],
  },
  { name: 'several files, one with another delimiter', files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'a;b\n3;4\n' }, refused: ['SOURCE_CORRUPT', 'b.csv'] },
  { name: 'several files, one of them a header alone', files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'a,b\n' }, table: 'a:long | b:long\n1 | 2' },
  { name: 'a NUL character', files: 'a,b\n1,2\n3,\0\n', refused: ['SOURCE_CORRUPT', 'line 3', 'NUL'] },
  {
    name: 'a web page',
    files: '<!doctype html>\n<html lang="en">\n<head><title>Sign in, please</title></head>\n<body>Sorry, you may not.</body>\n</html>\n',
    refused: ['SOURCE_CORRUPT', 'line'],
  },
];
